/** What the bytes of an upload say before any parser of films opens it. */
import type { Reason } from "../../contracts/ledger";
import type { Store } from "../ports";
import { findReference } from "../references";
import { sniff, SNIFFED_BYTES } from "../sniff";

/** The reason to refuse an upload, or undefined to go on to the probe. @param size bytes of the object. */
export async function look(
  { bucket, key }: { bucket: string; key: string },
  size: number,
  store: Store,
): Promise<Reason | undefined> {
  if (size === 0) return sniff(new Uint8Array());
  const read = (from: number, bytes: number): Promise<Uint8Array> => store.readPart(bucket, key, from, bytes);
  const head = await read(0, SNIFFED_BYTES);
  return sniff(head) ?? findReference(head, size, read);
}
