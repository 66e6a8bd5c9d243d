/** Frames that the job captures: the seek previews and the poster are made from them. */
import { fit, SMALLEST_SIDE, type Size } from "./ladder";

export interface CapturePlan extends Size {
  /** Seconds between two captures; the first is the first frame. */
  interval: number;
}

/** Below 720 lines, so that the captures are billed as SD; large enough for a poster. */
const CAPTURE_BOX: Size = { width: 960, height: 540 };

/** Finer for short films: a two-hour film has 720 previews, a one-minute clip 60. */
const INTERVALS = [
  { upTo: 120, interval: 1 },
  { upTo: 600, interval: 2 },
  { upTo: 1800, interval: 5 },
  { upTo: Infinity, interval: 10 },
];

/** @param duration seconds. */
export function capturePlan(picture: Size, duration: number): CapturePlan {
  const interval = INTERVALS.find(({ upTo }) => duration <= upTo)?.interval ?? 10;
  const [longer, shorter] = [Math.max(picture.width, picture.height), Math.min(picture.width, picture.height)];
  // A very long picture is captured larger: fitted into the box, its smaller side would be refused.
  const width = Math.max(CAPTURE_BOX.width, Math.ceil((SMALLEST_SIDE * longer) / shorter));
  return { ...fit(picture, { ...CAPTURE_BOX, width }), interval };
}
