/** What was encoded, as the manifests describe it: read from the dash muxer's own manifest and the sizes of the files. Pure. */
import type { AudioPlan, Rate, StreamingPlan, VideoPlan } from "./job.types";

export interface Segment {
  /** Seconds. */
  duration: number;
  /** In units of the timescale. */
  time: number;
  ticks: number;
  bytes: number;
}

export interface Rendition {
  /** Name of its files: base and modifier. */
  name: string;
  /** RFC 6381, as "avc1.64001f". */
  codec: string;
  /** Units a second. */
  timescale: number;
  segments: Segment[];
  kind: { video: VideoPlan; width: number; height: number; rate: Rate } | { audio: AudioPlan; language: string };
}

export interface Timeline {
  codec: string;
  timescale: number;
  width: number;
  height: number;
  segments: { time: number; ticks: number }[];
}

const attribute = (text: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1];

/** Timelines of ffmpeg's manifest by representation, in their order. */
export function readTimelines(mpd: string): Timeline[] {
  return [...mpd.matchAll(/<Representation\b([^>]*)>([\s\S]*?)<\/Representation>/g)].map(([, head = "", body = ""]) => {
    const segments: Timeline["segments"] = [];
    let time = 0;
    for (const [, entry = ""] of body.matchAll(/<S\b([^>]*)\/>/g)) {
      time = Number(attribute(entry, "t") ?? time);
      const ticks = Number(attribute(entry, "d"));
      for (let repeat = Number(attribute(entry, "r") ?? 0); repeat >= 0; repeat -= 1) {
        segments.push({ time, ticks });
        time += ticks;
      }
    }
    const number = (text: string, name: string): number => Number(attribute(text, name) ?? 0);
    return {
      codec: attribute(head, "codecs") ?? "",
      timescale: number(body, "timescale"),
      width: number(head, "width"),
      height: number(head, "height"),
      segments,
    };
  });
}

/** @param bytes sizes of a rendition's segments, in order */
export function withSizes(timeline: Timeline, bytes: number[]): Segment[] {
  return timeline.segments.map(({ time, ticks }, index) => ({
    time,
    ticks,
    duration: ticks / timeline.timescale,
    bytes: bytes[index] ?? 0,
  }));
}

/** Seconds. */
export const lengthOf = ({ segments }: Rendition): number => segments.reduce((sum, { duration }) => sum + duration, 0);

/** Bits per second over the whole rendition. */
export function averageBitrate(rendition: Rendition): number {
  const bytes = rendition.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return Math.ceil((bytes * 8) / Math.max(lengthOf(rendition), 0.001));
}

/**
 * Bits per second of the busiest run of segments that lasts between 0.5 and 1.5 target durations (RFC 8216 §4.3.4.2), so
 * that a last segment of a few frames does not count by itself.
 * @param target seconds
 */
export function peakBitrate(rendition: Rendition, target: number): number {
  const { segments } = rendition;
  let peak = 0;
  for (let from = 0; from < segments.length; from += 1) {
    let [seconds, bytes] = [0, 0];
    for (const segment of segments.slice(from)) {
      seconds += segment.duration;
      bytes += segment.bytes;
      if (seconds > target * 1.5) break;
      if (seconds >= target * 0.5) peak = Math.max(peak, (bytes * 8) / seconds);
    }
  }
  return Math.max(Math.ceil(peak), averageBitrate(rendition));
}

/** Seconds, whole: LEGACY rounds up, the specification's way is to the nearest. */
export function targetDuration(renditions: Rendition[], group: StreamingPlan): number {
  const longest = Math.max(...renditions.flatMap(({ segments }) => segments.map(({ duration }) => duration)), 1);
  return group.roundTargetDurationUp ? Math.ceil(longest) : Math.max(1, Math.round(longest));
}

/** Names as the service gives them: nine digits, counted from 1. */
export const initName = (rendition: Rendition): string => `${rendition.name}init.${extension(rendition)}`;
export const segmentName = (rendition: Rendition, number: number): string =>
  `${rendition.name}_${String(number).padStart(9, "0")}.${extension(rendition)}`;
export const extension = ({ kind }: Rendition): "cmfv" | "cmfa" => ("video" in kind ? "cmfv" : "cmfa");
