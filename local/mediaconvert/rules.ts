/**
 * What the service refuses when a job is made, beyond the shapes of its API and whether or not this transcoder makes it.
 * First of all checks, so that a job which the service would refuse is refused for the service's reason.
 */
import type { CreateJobRequest, H264Settings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import { badRequest } from "./errors";

type Group = NonNullable<NonNullable<OutputGroup["OutputGroupSettings"]>["Type"]>;

const FILES = ["F4V", "GIF", "M2TS", "MOV", "MP4", "MXF", "OGG", "RAW", "WEBM", "Y4M"];
/** Checked since November 2020; the service's own notice is quoted in github.com/openfun/marsha/pull/790. */
const CONTAINERS: Record<Group, readonly string[]> = {
  CMAF_GROUP_SETTINGS: ["CMFC"],
  HLS_GROUP_SETTINGS: ["M3U8", "RAW"],
  DASH_ISO_GROUP_SETTINGS: ["MPD", "CMFC"],
  MS_SMOOTH_GROUP_SETTINGS: ["ISMV"],
  FILE_GROUP_SETTINGS: FILES,
};
/** MediaConvert User Guide, "Supported output formats", CMAF. */
const CMAF_VIDEO = ["AV1", "H_264", "H_265", "VP9", "PASSTHROUGH"];
const CMAF_AUDIO = ["AAC", "AC3", "EAC3", "EAC3_ATMOS", "PASSTHROUGH"];

/** User Guide, "Tagging", "Adding metadata": at most ten, of these characters. */
const METADATA = { tags: 10, key: 128, value: 256, characters: /^[\w .:/=+@-]*$/ } as const;

/** @throws ServiceError BadRequestException naming the field */
export function requireServiceRules(request: CreateJobRequest): void {
  requireMetadata(request.UserMetadata ?? {});
  (request.Settings?.OutputGroups ?? []).forEach((group, index) => {
    const path = `/outputGroups/${index}`;
    const type = group.OutputGroupSettings?.Type;
    if (!type) throw badRequest(`${path}/outputGroupSettings: 'type' is a required property`);
    (group.Outputs ?? []).forEach((output, number) => {
      const at = `${path}/outputs/${number}`;
      requireContainer(output, type, at);
      requireCodecs(output, at);
      const h264 = output.VideoDescription?.CodecSettings?.H264Settings;
      if (h264) requireH264(h264, `${at}/videoDescription/codecSettings/h264Settings`);
    });
  });
}

function requireMetadata(metadata: Record<string, string>): void {
  const entries = Object.entries(metadata);
  if (entries.length > METADATA.tags) {
    throw badRequest(`/userMetadata: should have at most ${METADATA.tags} items, but has ${entries.length}`);
  }
  for (const [key, value] of entries) {
    if (key === "" || key.length > METADATA.key || !METADATA.characters.test(key)) {
      throw badRequest(`/userMetadata: key ${JSON.stringify(key)} is invalid → 1 to ${METADATA.key} of ${ALLOWED}`);
    }
    if (value.length > METADATA.value || !METADATA.characters.test(value)) {
      throw badRequest(
        `/userMetadata/${key}: value ${JSON.stringify(value)} is invalid → at most ${METADATA.value} of ${ALLOWED}`,
      );
    }
  }
}
const ALLOWED = "letters, digits, space and _ . : / = + - @";

function requireContainer(output: Output, type: Group, at: string): void {
  const container = output.ContainerSettings?.Container;
  if (!output.ContainerSettings) throw badRequest(`${at}: 'containerSettings' is a required property`);
  if (!container) throw badRequest(`${at}/containerSettings: 'container' is a required property`);
  const allowed = CONTAINERS[type];
  if (allowed.includes(container)) return;
  throw badRequest(
    `${at}/containerSettings/container: should be one of ${allowed.join(", ")} in a group of type ${type}, but is ${container}`,
  );
}

function requireCodecs(output: Output, at: string): void {
  if (output.ContainerSettings?.Container !== "CMFC") return;
  const refuse = (path: string, codec: string, allowed: readonly string[]): void => {
    if (allowed.includes(codec)) return;
    throw badRequest(`${at}/${path}: CMFC cannot hold ${codec} → one of ${allowed.join(", ")}`);
  };
  const video = output.VideoDescription?.CodecSettings?.Codec;
  if (video) refuse("videoDescription/codecSettings/codec", video, CMAF_VIDEO);
  (output.AudioDescriptions ?? []).forEach(({ CodecSettings }, index) => {
    if (CodecSettings?.Codec) refuse(`audioDescriptions/${index}/codecSettings/codec`, CodecSettings.Codec, CMAF_AUDIO);
  });
}

/** API reference, H264Settings: what is "required when" another setting has a value. */
function requireH264(h264: H264Settings, at: string): void {
  const mode = h264.RateControlMode;
  if ((mode === "CBR" || mode === "VBR") && !h264.Bitrate) {
    throw badRequest(`${at}/bitrate: is required by rateControlMode ${mode}`);
  }
  if (mode !== "QVBR" && h264.QvbrSettings) {
    throw badRequest(`${at}/qvbrSettings: is for rateControlMode QVBR only, but that is ${mode ?? "nothing"}`);
  }
  if (h264.ParControl === "SPECIFIED" && !(h264.ParNumerator && h264.ParDenominator)) {
    throw badRequest(`${at}: parNumerator and parDenominator are required by parControl SPECIFIED`);
  }
  const fine = h264.QvbrSettings?.QvbrQualityLevelFineTune ?? 0;
  if (fine < 0 || fine >= 1) {
    throw badRequest(`${at}/qvbrSettings/qvbrQualityLevelFineTune: should be from 0 to below 1, but is ${fine}`);
  }
}
