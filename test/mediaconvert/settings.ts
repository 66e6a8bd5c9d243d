/** The jobs that the encoding makes, for tests that break one setting of them. */
import type { CreateJobRequest, H264Settings } from "@aws-sdk/client-mediaconvert";
import { jobRequest } from "../../encoding/job";
import { planTitle } from "../../encoding/plan";
import type { SourceProbe } from "../../encoding/probe";
import { decode } from "../../local/mediaconvert/shapes";
import type { SourceFacts } from "../../local/mediaconvert/source.plan";
import { toWire } from "../../local/mediaconvert/wire";

export const SOURCE: SourceProbe = {
  format: "mp4",
  duration: 20,
  video: {
    codec: "AVC",
    width: 1280,
    height: 720,
    rotation: 0,
    rotationIn: null,
    pixelAspect: { numerator: 1, denominator: 1 },
    frameRate: { numerator: 25, denominator: 1 },
    interlaced: false,
    hdr: false,
  },
  audio: [{ track: 1, codec: "AAC", channels: 2, language: "spa" }],
};

/** The picture of `SOURCE`, as the local transcoder knows it. */
export const VIDEO_FACTS: NonNullable<SourceFacts["video"]> = {
  index: 0,
  width: 1280,
  height: 720,
  pixelAspect: 1,
  rotation: 0,
  rate: { numerator: 25, denominator: 1 },
  hdr: false,
  duration: 20,
  lead: 0,
  tail: 0,
};

const PLACE = {
  ingestBucket: "ingest-bucket",
  mediaBucket: "media-bucket",
  mediaKeyArn: "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-00000000000a",
  roleArn: "arn:aws:iam::000000000000:role/job",
  queueArn: "arn:aws:mediaconvert:us-east-1:000000000000:queues/Default",
};

export interface JobChange {
  assetId?: string;
  key?: string;
  place?: Partial<typeof PLACE>;
}

/** The encoding's own job for a source. */
export function encodedJob(
  source: SourceProbe = SOURCE,
  { assetId = "asset", key = "film.mp4", place }: JobChange = {},
) {
  const planned = planTitle(source);
  if ("reason" in planned) throw new Error(planned.reason.text);
  const ids = { stack: "dev", videoId: "video", assetId, attempt: 1 };
  return jobRequest({ ...ids, key, source, plan: planned.plan }, { ...PLACE, ...place });
}

/** A copy that a test may change. */
export const copy = <Value>(value: Value): Value => structuredClone(value);

/** As the server sees it: over the wire and through the validator. */
export function overTheWire(request: CreateJobRequest): CreateJobRequest {
  const { Settings, UserMetadata, ...rest } = copy(request);
  const selectors = (Settings?.Inputs ?? []).map(({ AudioSelectors }) => AudioSelectors);
  const wire = toWire({ ...rest, Settings }) as { settings: { inputs: Record<string, unknown>[] } };
  // Keys of maps are the caller's own and stay as they are.
  wire.settings.inputs.forEach((input, index) => {
    const named = selectors[index];
    if (named) input.audioSelectors = mapValues(named);
  });
  return decode<CreateJobRequest>("CreateJobRequest", { ...wire, userMetadata: UserMetadata });
}

const mapValues = (named: object): object =>
  Object.fromEntries(Object.entries(named).map(([key, value]) => [key, toWire(value)]));

/** H.264 settings of the output number `index` of the first group. */
export function h264Of(request: CreateJobRequest, index = 0): H264Settings {
  const output = request.Settings?.OutputGroups?.[0]?.Outputs?.[index];
  const found = output?.VideoDescription?.CodecSettings?.H264Settings;
  if (!found) throw new Error(`output ${index} has no H.264`);
  return found;
}
