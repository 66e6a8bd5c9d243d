/** Rows of the catalogue, written as the worker writes them. */
import type { Kysely } from "kysely";
import type { Database } from "../../../services/database/schema.js";
import { applyChange } from "../../../services/worker/src/applyChange.js";
import type { VideoChanged } from "../../../contracts/events.js";

export const idOf = (number: number): string => `0199d2a0-0000-7000-8000-${String(number).padStart(12, "0")}`;

/** A ready title, published so many seconds after 2026-10-01. */
export function titleChange(number: number, changed: Partial<VideoChanged> = {}): VideoChanged {
  const videoId = idOf(number);
  const assetId = idOf(900_000 + number);
  return {
    stack: "dev",
    videoId,
    assetId,
    title: `Film ${number}`,
    state: "ready",
    reason: null,
    outputs: {
      hls: `media/${videoId}/${assetId}/stream.m3u8`,
      dash: `media/${videoId}/${assetId}/stream.mpd`,
      poster: `posters/${videoId}/${assetId}.jpg`,
      thumbnails: `media/${videoId}/${assetId}/thumbnails.vtt`,
      renditions: [
        { width: 640, height: 360, bitrate: 700_000 },
        { width: 1280, height: 720, bitrate: 3_000_000 },
      ],
      duration: 60.5,
    },
    sequencer: "0055AED6DCD90281E5",
    at: new Date(Date.UTC(2026, 9, 1) + number * 1000).toISOString(),
    ...changed,
  };
}

export const failedChange = (number: number): VideoChanged =>
  titleChange(number, { state: "failed", outputs: null, reason: { code: "encode", text: "It would not decode." } });

export async function fill(db: Kysely<Database>, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await applyChange(db, titleChange(number));
}
