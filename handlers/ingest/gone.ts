/** Is the file that was uploaded still the one that MediaConvert would read? */
import type { Asset, Reason } from "../../contracts/ledger";
import type { Store, StoredObject } from "../ports";

/**
 * MediaConvert reads the newest version only: making an older asset of it would pay twice for the newer film.
 * @param object under the asset's key, as it is now.
 */
export function goneBy(asset: Asset, object: StoredObject | undefined): Reason | undefined {
  if (!object) return { code: "source-missing", text: "the file is no longer in the ingest bucket" };
  if (asset.etag !== "" && object.etag !== asset.etag)
    return { code: "superseded", text: "a newer file was uploaded under this name before this one was read" };
  return undefined;
}

/** Asked again right before money is spent: a title may have been held, or have waited for a retry, for days. */
export const goneReason = async (asset: Asset, store: Store): Promise<Reason | undefined> =>
  goneBy(asset, await store.head(asset.bucket, asset.key));
