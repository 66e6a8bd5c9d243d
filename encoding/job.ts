/** The complete CreateJob request of one attempt. */
import type { CreateJobRequest } from "@aws-sdk/client-mediaconvert";
import { captureBase, manifestBase } from "../contracts/keys";
import type { JobMetadata } from "../contracts/events";
import { audioOutputs, audioSelectors } from "./audio";
import { captureGroup, cmafGroup } from "./outputGroups";
import type { TitlePlan } from "./plan";
import type { SourceProbe } from "./probe";
import { captureOutput, preprocessors, rungOutput, videoSelector } from "./video";

export interface JobPlace {
  /** Names of buckets, without `s3://`. */
  ingestBucket: string;
  mediaBucket: string;
  mediaKeyArn: string;
  roleArn: string;
  queueArn: string;
}

export interface JobOrder {
  stack: string;
  assetId: string;
  videoId: string;
  attempt: number;
  /** Key of the source in the ingest bucket, raw. */
  key: string;
  source: SourceProbe;
  plan: TitlePlan;
}

/** MediaConvert takes the request again for about a minute and answers with the first job (at most 64 characters). */
const requestToken = (assetId: string, attempt: number): string => `${assetId}-${attempt}`;

/** Ids only: MediaConvert refuses most characters that file names have. */
function jobMetadata({ stack, assetId, videoId, attempt }: Pick<JobOrder, keyof JobMetadata>): JobMetadata {
  return { stack, assetId, videoId, attempt: String(attempt) };
}

export function jobRequest(order: JobOrder, place: JobPlace): CreateJobRequest {
  const { source, plan, videoId, assetId } = order;
  const preprocessing = preprocessors(source.video);
  const tracks = source.audio.slice(0, plan.audioOutputs);
  const rungs = plan.rungs.map((rung) =>
    rungOutput(rung, { frameRate: plan.frameRate, hasAudio: tracks.length > 0, preprocessing }),
  );
  const media = `s3://${place.mediaBucket}/`;
  return {
    Role: place.roleArn,
    Queue: place.queueArn,
    ClientRequestToken: requestToken(assetId, order.attempt),
    UserMetadata: jobMetadata(order),
    StatusUpdateInterval: "SECONDS_10",
    // Accelerated transcoding is charged at the professional tier.
    AccelerationSettings: { Mode: "DISABLED" },
    Settings: {
      TimecodeConfig: { Source: "ZEROBASED" },
      Inputs: [
        {
          FileInput: `s3://${place.ingestBucket}/${order.key}`,
          TimecodeSource: "ZEROBASED",
          VideoSelector: videoSelector(source),
          ...(tracks.length > 0 ? { AudioSelectors: audioSelectors(tracks) } : {}),
        },
      ],
      OutputGroups: [
        cmafGroup(media + manifestBase(videoId, assetId), place.mediaKeyArn, [...rungs, ...audioOutputs(tracks)]),
        captureGroup(
          media + captureBase(videoId, assetId),
          place.mediaKeyArn,
          captureOutput(plan.captures, preprocessing),
        ),
      ],
    },
  };
}
