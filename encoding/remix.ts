/**
 * More than two channels brought to stereo with none lost. The coefficients are those of ITU-R BS.775 (centre and
 * surrounds 3 dB below the fronts), all 3 dB lower, because loud channels add up, and the bass channel 10 dB below.
 * Channels are in the order in which decoders give them: L R C LFE Ls Rs.
 */
import type { RemixSettings } from "@aws-sdk/client-mediaconvert";

/** dB; −60 is silence. MediaConvert API reference, RemixSettings: −60 to 6. */
const MUTE = -60;
const FRONT = -3;
const AROUND = -6;
const BASS = -13;
const MOST_CHANNELS = 64;

type Side = "left" | "right" | "both" | "bass";
const FRONTS: Side[] = ["left", "right"];
/** By the number of channels; quadraphonic sound and L R C S look alike, so their third and fourth go to both sides. */
const LAYOUTS: Record<number, Side[]> = {
  3: [...FRONTS, "both"],
  4: [...FRONTS, "both", "both"],
  5: [...FRONTS, "both", ...FRONTS],
  6: [...FRONTS, "both", "bass", ...FRONTS],
  7: [...FRONTS, "both", "bass", "both", ...FRONTS],
  8: [...FRONTS, "both", "bass", ...FRONTS, ...FRONTS],
};
/** Beyond 7.1 no order is agreed on: left and right take turns. */
const alternating = (channels: number): Side[] =>
  Array.from({ length: channels }, (_, index) => (index % 2 === 0 ? "left" : "right"));

function gains(sides: Side[], ear: "left" | "right"): number[] {
  return sides.map((side, index) => {
    if (side === "bass") return BASS;
    if (side !== "both" && side !== ear) return MUTE;
    return index < 2 ? FRONT : AROUND;
  });
}

/** Undefined for mono and stereo, which stay as they are. @param channels of the source's track. */
export function stereoRemix(channels: number): RemixSettings | undefined {
  if (channels <= 2) return undefined;
  const sides = LAYOUTS[channels] ?? alternating(Math.min(channels, MOST_CHANNELS));
  const OutputChannels = (["left", "right"] as const).map((ear) => ({ InputChannels: gains(sides, ear) }));
  return { ChannelsIn: sides.length, ChannelsOut: 2, ChannelMapping: { OutputChannels } };
}
