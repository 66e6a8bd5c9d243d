/** The last step of a title. Apart from the drawing, because reconcile takes it too, without pictures. */
import type { Asset, AssetOutputs, Reason } from "../../contracts/ledger";
import { advance } from "../ledger/transitions";
import type { Bus, Clock, Ledger } from "../ports";
import { settle } from "../settle";

export type Pictures = Pick<AssetOutputs, "poster" | "thumbnails">;

/** Makes a complete asset ready, with its pictures or with the reason why it has none. */
export async function finish(
  asset: Asset,
  made: Pictures | Reason,
  ports: { ledger: Ledger; bus: Bus; clock: Clock },
  stack: string,
): Promise<Asset> {
  const changed = await ports.ledger.change(asset.assetId, (current) => {
    if (!current.outputs) return undefined;
    const pictures = "code" in made ? { poster: null, thumbnails: null } : made;
    const patch = { outputs: { ...current.outputs, ...pictures }, ...("code" in made ? { warning: made } : {}) };
    return advance(current, { to: "ready", attempt: asset.attempt, now: ports.clock.now(), patch });
  });
  const after = changed?.asset ?? asset;
  await settle(after, ports, stack);
  return after;
}
