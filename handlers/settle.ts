/** Tells the world where an asset has come to rest. Safe to repeat: it is repeated until the ledger says that it was told. */
import type { VideoChanged, VideoDetailType } from "../contracts/events";
import { type Asset, type AssetState, comparableSequencer } from "../contracts/ledger";
import { announced, isUnannounced } from "./ledger/transitions";
import type { Bus, Ledger } from "./ports";

const TYPES: Partial<Record<AssetState, VideoDetailType>> = {
  ready: "VideoReady",
  failed: "VideoFailed",
  rejected: "VideoRejected",
  held: "VideoHeld",
  canceled: "VideoCanceled",
};

function detailOf(asset: Asset, stack: string): VideoChanged {
  return {
    stack,
    videoId: asset.videoId,
    assetId: asset.assetId,
    title: asset.title,
    state: asset.state as VideoChanged["state"],
    reason: asset.reason ?? null,
    outputs: asset.state === "ready" ? (asset.outputs ?? null) : null,
    sequencer: comparableSequencer(asset.sequencer),
    at: asset.updated,
  };
}

/** Order matters: the title plays the new asset before anybody hears of it, and the mark comes last. */
export async function settle(asset: Asset, ports: { ledger: Ledger; bus: Bus }, stack: string): Promise<void> {
  const type = TYPES[asset.state];
  if (!type || !isUnannounced(asset)) return;
  if (asset.state === "ready") await ports.ledger.makeCurrent(asset);
  await ports.bus.videoChanged(type, detailOf(asset, stack));
  await ports.ledger.change(asset.assetId, (now) => announced(now, asset));
}
