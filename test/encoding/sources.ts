/** Sources for tests of the encoding. */
import * as fc from "fast-check";
import type { ProbeResult, Track, VideoProperties } from "@aws-sdk/client-mediaconvert";
import { readProbe, type SourceProbe, type VideoSource } from "../../encoding/probe";
import { ratio } from "../../encoding/ratio";

export const video = (more: Partial<VideoSource> = {}): VideoSource => ({
  codec: "AVC",
  width: 1920,
  height: 1080,
  rotation: 0,
  rotationIn: null,
  pixelAspect: ratio(1),
  frameRate: ratio(25),
  interlaced: false,
  hdr: false,
  ...more,
});

export const source = (more: Partial<SourceProbe> = {}): SourceProbe => ({
  format: "mp4",
  duration: 60,
  video: video(),
  audio: [{ track: 1, codec: "AAC", channels: 2, language: null }],
  ...more,
});

export const videoTrack = (properties: VideoProperties = {}): Track => ({
  TrackType: "video",
  Codec: "AVC",
  VideoProperties: { Width: 1280, Height: 720, FrameRate: { Numerator: 25, Denominator: 1 }, ...properties },
});

export const probed = (
  tracks: Track[],
  container: { Format?: "mp4" | "mp3" | "matroska" | "ogg" | "wave"; Duration?: number } = {},
): ProbeResult => ({
  Container: { Format: "mp4", Duration: 10, ...container, Tracks: tracks },
});

export function readSource(result: ProbeResult): SourceProbe {
  const outcome = readProbe(result);
  if ("reason" in outcome) throw new Error(`rejected: ${outcome.reason.code}`);
  return outcome.source;
}

export const RATES = [
  ratio(24000, 1001),
  ratio(24),
  ratio(25),
  ratio(30000, 1001),
  ratio(30),
  ratio(50),
  ratio(60000, 1001),
  ratio(60),
  ratio(15),
  ratio(12),
];

/** Any source that the service would take. */
export const anySource = fc.record({
  format: fc.constantFrom("mp4", "quicktime", "matroska", "mpegts", null),
  duration: fc.double({ min: 0.04, max: 36_000, noNaN: true }),
  video: fc.record({
    codec: fc.constantFrom("AVC", "HEVC", "VP9"),
    width: fc.integer({ min: 32, max: 8192 }),
    height: fc.integer({ min: 32, max: 8192 }),
    rotation: fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
    rotationIn: fc.constant("container" as const),
    pixelAspect: fc.constantFrom(ratio(1), ratio(64, 45), ratio(8, 9), ratio(4, 3)),
    frameRate: fc.oneof(
      fc.constantFrom(...RATES),
      fc.tuple(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 1001 })).map(([n, d]) => ratio(n, d)),
      fc.constant(null),
    ),
    interlaced: fc.boolean(),
    hdr: fc.boolean(),
    duration: fc.option(fc.double({ min: 0.04, max: 36_000, noNaN: true }), { nil: undefined }),
  }),
  audio: fc.array(
    fc.record({
      track: fc.constant(1),
      codec: fc.constant("AAC"),
      channels: fc.integer({ min: 1, max: 70 }),
      language: fc.constantFrom("eng", "spa", "deu", null),
    }),
    { maxLength: 20 },
  ),
});
