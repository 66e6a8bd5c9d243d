/** Messages that nobody should have sent: forged, foreign, broken. */
import type { QueueName } from "./plan";

const jobEvent = (detail: object): string =>
  JSON.stringify({
    source: "aws.mediaconvert",
    "detail-type": "MediaConvert Job State Change",
    time: "2026-11-24T12:00:00Z",
    detail: { timestamp: 1, queue: "q", jobId: "1-forged", status: "COMPLETE", ...detail },
  });
const metadata = { stack: "dev", assetId: "01935f00-0000-7000-8000-000000000001", videoId: "v", attempt: "1" };

/** `dies`: no consumer of that queue can read it, so that it must end among the dead letters. */
export const NONSENSE: readonly { body: string; dies: (queue: QueueName) => boolean }[] = [
  { body: "{not json", dies: () => true },
  { body: JSON.stringify({ source: "aws.s3", "detail-type": "Object Created" }), dies: () => true },
  { body: JSON.stringify({ Event: "s3:TestEvent", Service: "Amazon S3" }), dies: (queue) => queue !== "ingest" },
  // An event of an asset that may exist, of a job that does not.
  { body: jobEvent({ userMetadata: metadata }), dies: (queue) => queue !== "track" },
  { body: jobEvent({ userMetadata: { ...metadata, stack: "other" } }), dies: (queue) => queue !== "track" },
  { body: jobEvent({ userMetadata: {}, status: "ERROR" }), dies: (queue) => queue !== "track" },
  { body: jobEvent({ userMetadata: { ...metadata, attempt: "7" } }), dies: (queue) => queue !== "track" },
  {
    body: JSON.stringify({
      source: "vod.pipeline",
      "detail-type": "StoryboardRequested",
      detail: { ...metadata, attempt: 9 },
    }),
    dies: (queue) => queue !== "storyboard",
  },
];
