/** Messages as EventBridge puts them into the catalogue queue. */
import type { VideoChanged } from "../../../contracts/events.js";

export const TITLE = "0199d2a0-0000-7000-8000-00000000000a";
export const ASSET = "0199d2a0-0000-7000-8000-0000000000a1";

export const OUTPUTS: NonNullable<VideoChanged["outputs"]> = {
  hls: `media/${TITLE}/${ASSET}/stream.m3u8`,
  dash: `media/${TITLE}/${ASSET}/stream.mpd`,
  poster: `posters/${TITLE}/${ASSET}.jpg`,
  thumbnails: `media/${TITLE}/${ASSET}/thumbnails.vtt`,
  renditions: [{ width: 1280, height: 720, bitrate: 3_000_000 }],
  duration: 60,
};

export const change = (changed: Partial<VideoChanged> = {}): VideoChanged => ({
  stack: "dev",
  videoId: TITLE,
  assetId: ASSET,
  title: "A film",
  state: "ready",
  reason: null,
  outputs: OUTPUTS,
  sequencer: "0055AED6DCD90281E5",
  at: "2026-10-01T12:00:00.000Z",
  ...changed,
});

/** @param envelope replaces fields around the detail. */
export const event = (changed: Partial<VideoChanged>, envelope: object = {}): string =>
  JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    source: "vod.pipeline",
    account: "000000000000",
    region: "us-east-1",
    "detail-type": "VideoReady",
    detail: change(changed),
    ...envelope,
  });
