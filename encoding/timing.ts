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

/** What cameras, editors and browsers count in. */
const USUAL = [
  ...[ratio(24000, 1001), ratio(24), ratio(25), ratio(30000, 1001), ratio(30)],
  ...[ratio(50), ratio(60000, 1001), ratio(60)],
];
/** An average this near to a usual rate is that rate: clocks drift, and a few seconds average to odd fractions. */
const NEAR = 0.01;

/** Whole pictures a second, or whole ones of an NTSC second. */
const isRegular = ({ denominator }: Ratio): boolean => denominator === 1 || denominator === 1001 || denominator === 2;

/**
 * The output's frame rate: the source's, halved until it is at most 60. The average of a film of variable rate becomes the
 * next usual rate, so that no picture is lost and none is shown at odd times. Null (follow the source) when unknown or implausible.
 */
export function outputFrameRate(source: Ratio | null): Ratio | null {
  if (!source || valueOf(source) > PLAUSIBLE) return null;
  let rate = source;
  while (valueOf(rate) > FASTEST) rate = ratio(rate.numerator, rate.denominator * 2);
  if (isRegular(source)) return rate;
  const distance = (usual: Ratio): number => Math.abs(valueOf(usual) / valueOf(rate) - 1);
  const nearest = USUAL.reduce((best, usual) => (distance(usual) < distance(best) ? usual : best));
  if (distance(nearest) <= NEAR) return nearest;
  return USUAL.find((usual) => valueOf(usual) > valueOf(rate)) ?? ratio(FASTEST);
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
