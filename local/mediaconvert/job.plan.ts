/**
 * From a job's settings to what the transcoder will do, and every reason to refuse them before a job exists. Messages begin
 * with the path of the setting, as the service's do.
 */
import type { CreateJobRequest, Input, JobSettings, OutputGroup } from "@aws-sdk/client-mediaconvert";
import { badRequest } from "./errors";
import type { CapturePlan, Destination, JobPlan, ObjectSettings, StreamingPlan } from "./job.types";
import { audioPlan, capturePicture, captureSettings, videoPlan } from "./outputs.plan";
import { requireServiceRules } from "./rules";
import { requireSupported } from "./supported";

type S3Settings = NonNullable<
  NonNullable<OutputGroup["OutputGroupSettings"]>["FileGroupSettings"]
>["DestinationSettings"];

/** @throws ServiceError BadRequestException */
export function planJob(request: CreateJobRequest): JobPlan {
  if (request.JobTemplate !== undefined) {
    throw badRequest("/jobTemplate: templates are not merged into jobs here → send the whole settings");
  }
  if (request.AccelerationSettings?.Mode === "ENABLED") {
    throw badRequest(
      "/accelerationSettings/mode: accelerated transcoding is not available here → DISABLED or PREFERRED",
    );
  }
  const token = request.ClientRequestToken;
  if (token !== undefined && !/^[\x20-\x7e]{1,64}$/.test(token)) {
    throw badRequest(`/clientRequestToken: should have 1 to 64 ASCII characters, but is ${JSON.stringify(token)}`);
  }
  if ((request.HopDestinations ?? []).length > 0) {
    throw badRequest("/hopDestinations: jobs do not change queues here → leave them out");
  }
  if (request.SimulateReservedQueue === "ENABLED") {
    throw badRequest("/simulateReservedQueue: reserved queues are not simulated here → DISABLED");
  }
  requireServiceRules(request);
  const settings = request.Settings ?? {};
  requireSupported(settings);
  const input = planInput(settings);
  return { ...input, groups: planGroups(settings) };
}

function planInput(settings: JobSettings): Omit<JobPlan, "groups"> {
  const inputs = settings.Inputs ?? [];
  const input = inputs[0];
  if (!input) throw badRequest("/inputs: should have at least 1 item");
  if (inputs.length > 1)
    throw badRequest(`/inputs: ${inputs.length} inputs are not joined here → one input for each job`);
  const uri = input.FileInput;
  if (!uri) throw badRequest("/inputs/0: 'fileInput' is a required property");
  return {
    input: { ...readLocation(uri, "/inputs/0/fileInput"), uri },
    rotate: rotation(input),
    padPicture: input.VideoSelector?.PadVideo === "BLACK",
  };
}

/** `s3://bucket/key`; the key is raw. */
export function readLocation(uri: string, path: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  if (!bucket || !key) throw badRequest(`${path}: should be s3://bucket/key, but is ${JSON.stringify(uri)}`);
  return { bucket, key };
}

const TURNS = { DEGREE_0: 0, DEGREES_90: 90, DEGREES_180: 180, DEGREES_270: 270, AUTO: "auto" } as const;
const rotation = (input: Input): JobPlan["rotate"] => TURNS[input.VideoSelector?.Rotate ?? "DEGREE_0"];

function planGroups(settings: JobSettings): JobPlan["groups"] {
  const groups = settings.OutputGroups ?? [];
  if (groups.length === 0) throw badRequest("/outputGroups: should have at least 1 item");
  const planned = groups.map((group, index) => {
    const path = `/outputGroups/${index}`;
    if ((group.Outputs ?? []).length === 0) throw badRequest(`${path}/outputs: should have at least 1 item`);
    requireModifiers(group, path);
    const type = group.OutputGroupSettings?.Type;
    if (type === "CMAF_GROUP_SETTINGS") return planStreaming(group, index, settings, path);
    if (type === "FILE_GROUP_SETTINGS") return planCaptures(group, index, settings, path);
    throw badRequest(
      `${path}/outputGroupSettings/type: ${JSON.stringify(type)} is not made here → CMAF_GROUP_SETTINGS or FILE_GROUP_SETTINGS`,
    );
  });
  requireDistinct(planned);
  requireOnePreparation(planned);
  return planned;
}

/** Outputs of one group share the destination, so what tells their files apart is the modifier. */
function requireModifiers(group: OutputGroup, path: string): void {
  const modifiers = (group.Outputs ?? []).map(({ NameModifier }) => NameModifier);
  modifiers.forEach((modifier, index) => {
    const at = `${path}/outputs/${index}/nameModifier`;
    if (modifier === undefined && modifiers.length > 1) throw badRequest(`${at}: is required with several outputs`);
    if (modifiers.indexOf(modifier) !== index) throw badRequest(`${at}: ${JSON.stringify(modifier)} is used twice`);
    // Format identifiers are not expanded here, and a file's name must stay a name.
    if (modifier !== undefined && !/^[\w.-]+$/.test(modifier)) {
      throw badRequest(`${at}: ${JSON.stringify(modifier)} should hold letters, digits, '_', '-' and '.' only`);
    }
  });
}

function requireDistinct(groups: JobPlan["groups"]): void {
  const places = groups.map(({ destination: { bucket, prefix, base } }) => `s3://${bucket}/${prefix}${base}`);
  const twice = places.findIndex((place, index) => places.indexOf(place) !== index);
  if (twice >= 0) throw badRequest(`/outputGroups/${twice}: writes to ${places[twice]} as another group does`);
}

/** The source is decoded, made progressive and brought to BT.709 once, for all outputs. */
function requireOnePreparation(groups: JobPlan["groups"]): void {
  const pictures = groups.flatMap((group) =>
    group.kind === "captures"
      ? [group.picture]
      : group.outputs.flatMap((output) => ("video" in output ? [output.video] : [])),
  );
  const prepared = new Set(pictures.map(({ deinterlace, toSdr }) => JSON.stringify([deinterlace, toSdr])));
  if (prepared.size <= 1) return;
  throw badRequest(
    "/outputGroups: outputs with different videoPreprocessors are not made in one job here → the same for all",
  );
}

/** A destination that ends in "/" takes its base from the input's file name. */
function destinationOf(uri: string | undefined, settings: JobSettings, path: string): Destination {
  if (!uri) throw badRequest(`${path}: 'destination' is a required property`);
  const [, bucket, rest = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (!bucket) throw badRequest(`${path}/destination: should be s3://bucket/key, but is ${JSON.stringify(uri)}`);
  if (rest.includes("$")) throw badRequest(`${path}/destination: format identifiers ($…$) are not expanded here`);
  const slash = rest.lastIndexOf("/") + 1;
  const input = settings.Inputs?.[0]?.FileInput ?? "";
  const fromInput = (input.split("/").at(-1) ?? "").replace(/\.[^.]*$/, "");
  return { bucket, prefix: rest.slice(0, slash), base: rest.slice(slash) || fromInput };
}

function objectSettings(settings: S3Settings, path: string): ObjectSettings {
  const s3 = settings?.S3Settings;
  const type = s3?.Encryption?.EncryptionType;
  const key = s3?.Encryption?.KmsKeyArn;
  if (key && type !== "SERVER_SIDE_ENCRYPTION_KMS") {
    throw badRequest(`${path}/kmsKeyArn: is for encryptionType SERVER_SIDE_ENCRYPTION_KMS only`);
  }
  const encryption = type === "SERVER_SIDE_ENCRYPTION_KMS" ? "aws:kms" : type ? "AES256" : null;
  return {
    encryption,
    ...(key ? { kmsKeyArn: key } : {}),
    ...(s3?.Encryption?.KmsEncryptionContext ? { kmsContext: s3.Encryption.KmsEncryptionContext } : {}),
    ...(s3?.StorageClass ? { storageClass: s3.StorageClass } : {}),
    ...(s3?.AccessControl?.CannedAcl ? { acl: s3.AccessControl.CannedAcl.toLowerCase().replaceAll("_", "-") } : {}),
  };
}

function planStreaming(group: OutputGroup, index: number, settings: JobSettings, path: string): StreamingPlan {
  const cmaf = group.OutputGroupSettings?.CmafGroupSettings;
  const at = `${path}/outputGroupSettings/cmafGroupSettings`;
  if (!cmaf) throw badRequest(`${at}: is required by type CMAF_GROUP_SETTINGS`);
  const segment = cmaf.SegmentLength ?? 10;
  const fragment = cmaf.FragmentLength ?? 2;
  if (fragment > segment) {
    throw badRequest(`${at}/fragmentLength: should not be greater than segmentLength ${segment}, but is ${fragment}`);
  }
  const outputs = (group.Outputs ?? []).map((output, number) => {
    const where = `${path}/outputs/${number}`;
    const sounds = output.AudioDescriptions ?? [];
    if ((output.VideoDescription !== undefined) === sounds.length > 0) {
      throw badRequest(`${where}: an output of a CMAF group has either a videoDescription or audioDescriptions`);
    }
    if (sounds.length > 1) throw badRequest(`${where}/audioDescriptions: a CMAF output holds one audio track`);
    return output.VideoDescription
      ? { video: videoPlan(output, fragment, where) }
      : { audio: audioPlan(output, settings.Inputs?.[0], where) };
  });
  requireAligned(outputs, path);
  return {
    kind: "streaming",
    index,
    destination: destinationOf(cmaf.Destination, settings, at),
    objects: objectSettings(cmaf.DestinationSettings, `${at}/destinationSettings/s3Settings/encryption`),
    hls: cmaf.WriteHlsManifest !== "DISABLED",
    dash: cmaf.WriteDashManifest !== "DISABLED",
    segment,
    fragment,
    minBuffer: (cmaf.MinBufferTime ?? segment * 1000) / 1000,
    exactSegments: cmaf.SegmentLengthControl === "EXACT",
    roundTargetDurationUp: cmaf.TargetDurationCompatibilityMode === "LEGACY",
    integerDurations: cmaf.ManifestDurationFormat === "INTEGER",
    showResolution: cmaf.StreamInfResolution !== "EXCLUDE",
    dashBandwidth: cmaf.MpdManifestBandwidthType === "MAX" ? "max" : "average",
    outputs,
  };
}

/** Players switch at segment boundaries: all rungs need their key frames at the same times. */
function requireAligned(outputs: StreamingPlan["outputs"], path: string): void {
  const videos = outputs.flatMap((output) => ("video" in output ? [output.video] : []));
  const cut = videos.map(({ gop, rate }) => JSON.stringify([gop, rate]));
  const odd = cut.findIndex((each) => each !== cut[0]);
  if (odd < 0) return;
  throw badRequest(
    `${path}: outputs with different GOP or frame rate cannot share segments: ${cut[0]} and ${cut[odd]} → the same for all`,
  );
}

function planCaptures(group: OutputGroup, index: number, settings: JobSettings, path: string): CapturePlan {
  const files = group.OutputGroupSettings?.FileGroupSettings;
  const at = `${path}/outputGroupSettings/fileGroupSettings`;
  if (!files) throw badRequest(`${at}: is required by type FILE_GROUP_SETTINGS`);
  const [output, more] = group.Outputs ?? [];
  if (!output || more) throw badRequest(`${path}/outputs: one output for each group of captures here`);
  const where = `${path}/outputs/0`;
  const codec = output.VideoDescription?.CodecSettings?.Codec;
  if (codec !== "FRAME_CAPTURE") {
    throw badRequest(`${where}/videoDescription/codecSettings/codec: ${codec} files are not made here → FRAME_CAPTURE`);
  }
  const container = output.ContainerSettings?.Container;
  if (container !== "RAW") {
    throw badRequest(`${where}/containerSettings/container: should be RAW with FRAME_CAPTURE, but is ${container}`);
  }
  return {
    kind: "captures",
    index,
    destination: destinationOf(files.Destination, settings, at),
    objects: objectSettings(files.DestinationSettings, `${at}/destinationSettings/s3Settings/encryption`),
    modifier: output.NameModifier ?? "",
    extension: output.Extension ?? "jpg",
    picture: capturePicture(output, where),
    ...captureSettings(output, where),
  };
}
