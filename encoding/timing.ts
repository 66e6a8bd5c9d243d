/** Frame rate, group of pictures and segments: the arithmetic that keeps all rungs cut at the same pictures. */
import { type Ratio, ratio, valueOf } from "./ratio";

/** Whole seconds, as MediaConvert takes them. */
export const SEGMENT_SECONDS = 6;
export const FRAGMENT_SECONDS = 2;
const GOP_SECONDS = 2;

/** Browsers play up to 60 pictures a second everywhere. */
const FASTEST = 60;
/** Above this a "rate" is the clock of a container with variable frame rate, not pictures a second. */
const PLAUSIBLE = 300;

/** The output's frame rate: the source's, halved until it is at most 60. Null (follow the source) when unknown or implausible. */
export function outputFrameRate(source: Ratio | null): Ratio | null {
  if (!source || valueOf(source) > PLAUSIBLE) return null;
  let rate = source;
  while (valueOf(rate) > FASTEST) rate = ratio(rate.numerator, rate.denominator * 2);
  return rate;
}

export type Gop = { size: number; units: "FRAMES" | "SECONDS" };

/**
 * Two seconds of pictures, rounded up: three of them are then one segment of at least six seconds, at 23.976 as at 25
 * pictures a second. Rounded down, MediaConvert would add a fourth to reach the six seconds.
 */
export function gopOf(rate: Ratio | null): Gop {
  if (!rate) return { size: GOP_SECONDS, units: "SECONDS" };
  return { size: Math.ceil((rate.numerator * GOP_SECONDS) / rate.denominator), units: "FRAMES" };
}
