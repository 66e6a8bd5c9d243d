/** What the uploaded files contain, and what Probe and the transcoder make of it. */
import type { ProbeResult } from "@aws-sdk/client-mediaconvert";
import type { Refused } from "../../handlers/ports";

export const CONTENTS = ["film", "dear", "text", "empty", "song", "broken", "refused", "failing"] as const;
export type Content = (typeof CONTENTS)[number];

/** Of a hundred uploads. */
export const CONTENT_WEIGHTS: Readonly<Record<Content, number>> = {
  film: 62,
  dear: 10,
  text: 5,
  empty: 3,
  song: 5,
  broken: 5,
  refused: 4,
  failing: 6,
};

const MP4_HEAD = Buffer.from("\0\0\0\u0018ftypisom\0\0\u0002\0isomiso2", "latin1");

export const bodyOf = (content: Content): Uint8Array | string =>
  content === "text" ? "#EXTM3U\nhttp://127.0.0.1/secret.ts\n" : content === "empty" ? "" : MP4_HEAD;

const SOUND = { Index: 2, TrackType: "audio", Codec: "AAC", AudioProperties: { Channels: 2, LanguageCode: "spa" } };
const PICTURE = {
  Index: 1,
  TrackType: "video",
  Codec: "AVC",
  VideoProperties: { Width: 1280, Height: 720, FrameRate: { Numerator: 25, Denominator: 1 } },
};

const probed = (duration: number, tracks: object[]): { result: ProbeResult } => ({
  result: {
    Container: { Format: "mp4", Duration: duration, Tracks: tracks as NonNullable<ProbeResult["Container"]>["Tracks"] },
  },
});

const SECONDS = 12;
/** Twenty hours at the basic tier cost more than the limit of the stack. */
const DEAR_SECONDS = 20 * 3600;

/** @param content undefined: there is no such object. */
export function probeOf(content: Content | undefined): { result: ProbeResult } | Refused {
  switch (content) {
    case undefined:
    case "broken":
      return { refused: { code: "unreadable", text: "the file could not be read: no moov atom" } };
    case "song":
      return probed(SECONDS, [SOUND]);
    case "dear":
      return probed(DEAR_SECONDS, [PICTURE, SOUND]);
    default:
      return probed(SECONDS, [PICTURE, SOUND]);
  }
}

/** Reasons for which a file of this content may be rejected, apart from being gone or replaced. */
export const VERDICTS: Readonly<Partial<Record<Content, string>>> = {
  text: "playlist",
  empty: "empty",
  song: "no-video",
  broken: "unreadable",
};
