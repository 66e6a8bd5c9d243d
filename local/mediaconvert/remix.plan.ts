/** Manual remixing of a job's sound as gains. Pure. */
import type { OutputChannelMapping, RemixSettings } from "@aws-sdk/client-mediaconvert";
import { badRequest } from "./errors";

/** dB that mean silence (API reference, RemixSettings). */
const MUTE = -60;

/**
 * @param channels of the encoded sound
 * @returns for each output channel the factor of each input channel; undefined: channels are brought together by their layout
 * @throws ServiceError BadRequestException
 */
export function remixPlan(remix: RemixSettings | undefined, channels: number, path: string): number[][] | undefined {
  if (!remix) return undefined;
  const { ChannelsIn: inputs, ChannelsOut: outputs, ChannelMapping } = remix;
  if (!inputs || !outputs) throw badRequest(`${path}: channelsIn and channelsOut are required`);
  if (outputs !== channels)
    throw badRequest(`${path}/channelsOut: should be ${channels}, as codingMode has it, but is ${outputs}`);
  const at = `${path}/channelMapping/outputChannels`;
  const mapping = ChannelMapping?.OutputChannels ?? [];
  if (mapping.length !== outputs) throw badRequest(`${at}: should have ${outputs} items, but has ${mapping.length}`);
  return mapping.map((channel, index) => gainsOf(channel, inputs, `${at}/${index}`));
}

function gainsOf(channel: OutputChannelMapping, inputs: number, path: string): number[] {
  const { InputChannels: whole, InputChannelsFineTune: fine } = channel;
  if (whole && fine) throw badRequest(`${path}: inputChannels and inputChannelsFineTune exclude each other`);
  const decibels = whole ?? fine ?? [];
  if (decibels.length !== inputs)
    throw badRequest(`${path}: should have a value for each of ${inputs} input channels, but has ${decibels.length}`);
  return decibels.map((value) => (value <= MUTE ? 0 : Number((10 ** (value / 20)).toFixed(4))));
}
