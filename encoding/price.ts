/** What MediaConvert charges for one attempt at a title: minutes of output, normalised by size and frame rate. */
import { valueOf, type Ratio } from "./ratio";
import type { Size } from "./ladder";

/**
 * Prices in USD, on demand, us-east-1. MediaConvert bills each output by its own length: seconds, at least ten
 * ("AWS Elemental MediaConvert pricing", read 2026-11).
 */
export const PRICES = {
  /** One normalised minute of the basic tier: the AVC SD rate. */
  basicMinute: {
    usd: 0.0075,
    source: "AWS Elemental MediaConvert pricing, basic tier",
    date: "2026-11",
    checked: true,
  },
  /** Times the normalised minute. HD begins at 720 lines. Two HD renditions cost $0.030 a minute. */
  hd: {
    times: 2,
    source: "AWS Elemental MediaConvert pricing, basic tier, AVC HD $0.015",
    date: "2026-11",
    checked: true,
  },
  /** Not verified: recalled from the table of multipliers. */
  above30Frames: {
    times: 1.5,
    source: "AWS Elemental MediaConvert pricing, recalled",
    date: "2026-11",
    checked: false,
  },
  /** Not verified for AAC in a CMAF group: the rate of audio-only outputs. */
  audio: {
    times: 0.4,
    source: "AWS Elemental MediaConvert pricing, audio-only outputs",
    date: "2026-11",
    checked: false,
  },
  /** Not verified: frame captures are counted as a video output of their size at 30 pictures a second. */
  captures: {
    times: 1,
    source: "assumption: AWS publishes no line for frame captures",
    date: "2026-11",
    checked: false,
  },
} as const;

/** Lines from which an output is HD. */
const HD_LINES = 720;
const SHORTEST_SECONDS = 10;
const HIGH_FRAME_RATE = 30;

export interface PricedOutputs {
  /** Seconds. */
  duration: number;
  rungs: readonly Size[];
  /** Null counts as at most 30 pictures a second. */
  frameRate: Ratio | null;
  audioOutputs: number;
  captures: Size;
}

const sizeTimes = ({ width, height }: Size): number =>
  Math.min(width, height) >= HD_LINES || Math.max(width, height) >= 1280 ? PRICES.hd.times : 1;

/** USD, rounded up to a hundredth of a cent, so that no title is ever free. */
export function priceOf({ duration, rungs, frameRate, audioOutputs, captures }: PricedOutputs): number {
  const minutes = Math.max(SHORTEST_SECONDS, Math.ceil(duration)) / 60;
  const fast = frameRate !== null && valueOf(frameRate) > HIGH_FRAME_RATE ? PRICES.above30Frames.times : 1;
  const video = rungs.reduce((sum, rung) => sum + sizeTimes(rung) * fast, 0);
  const times = video + audioOutputs * PRICES.audio.times + sizeTimes(captures) * PRICES.captures.times;
  return Math.ceil(minutes * times * PRICES.basicMinute.usd * 10_000) / 10_000;
}
