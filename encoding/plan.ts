/** From the source to what will be made of it and what that costs, before any job exists. */
import type { Reason } from "../contracts/ledger";
import { capturePlan, type CapturePlan } from "./captures";
import { displaySize, ladder, type Rung } from "./ladder";
import { priceOf } from "./price";
import type { SourceProbe } from "./probe";
import { type Ratio, valueOf } from "./ratio";
import { outputFrameRate } from "./timing";

export interface TitlePlan {
  rungs: Rung[];
  /** Null: the encoder follows the source. */
  frameRate: Ratio | null;
  captures: CapturePlan;
  /** How many of the source's audio tracks are kept, from the first. */
  audioOutputs: number;
  /** USD of one attempt. */
  price: number;
  /** What the film loses, for the person who uploaded it. */
  warning?: Reason;
}

/** More languages than any film has; a file that claims a thousand tracks must not cost a thousand outputs. */
const MOST_AUDIO_OUTPUTS = 12;
const USUAL_FRAME_RATE = 30;

function soundsWarning({ audio, soundsLeftOut = 0 }: SourceProbe): Reason | undefined {
  const beyond = audio.length - MOST_AUDIO_OUTPUTS;
  const unread = soundsLeftOut === 1 ? "1 sound track is" : `${soundsLeftOut} sound tracks are`;
  const parts = [
    ...(beyond > 0 ? [`the file has ${audio.length} sound tracks; the first ${MOST_AUDIO_OUTPUTS} are kept`] : []),
    ...(soundsLeftOut > 0 ? [`${unread} left out: the codec is not taken`] : []),
  ];
  return parts.length === 0 ? undefined : { code: "sounds-left-out", text: parts.join("; ") };
}

export function planTitle(source: SourceProbe): { plan: TitlePlan } | { reason: Reason } {
  const picture = displaySize(source.video);
  const frameRate = outputFrameRate(source.video.frameRate);
  const rungs = ladder(picture, frameRate ? valueOf(frameRate) : USUAL_FRAME_RATE);
  if (rungs.length === 0) {
    const text = `a picture of ${picture.width}×${picture.height} is too long and narrow: its smaller side would fall below 32 pixels`;
    return { reason: { code: "picture-too-narrow", text } };
  }
  const captures = capturePlan(picture, source.duration);
  const audioOutputs = Math.min(source.audio.length, MOST_AUDIO_OUTPUTS);
  const price = priceOf({ duration: source.duration, rungs, frameRate, audioOutputs, captures });
  const warning = soundsWarning(source);
  return { plan: { rungs, frameRate, captures, audioOutputs, price, ...(warning ? { warning } : {}) } };
}
