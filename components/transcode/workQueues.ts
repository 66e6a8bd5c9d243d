import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { FUNCTION_SIZE } from "./functions";
import { createUndelivered, createWorkQueue, type WorkQueue } from "../shared/queues";

export interface WorkQueues {
  ingest: WorkQueue;
  transcodeEvents: WorkQueue;
  storyboard: WorkQueue;
  catalogue: WorkQueue;
  undelivered: aws.sqs.Queue;
}

/** AWS Lambda Developer Guide: six times the function's time-out, so that a slow batch is not handed out twice. */
const hiddenFor = (timeout: number): number => 6 * timeout;
/** The worker's statements end after 30 s; two minutes cover a batch of ten and a restart. */
const WORKER_HIDDEN_SECONDS = 120;
const MINUTE = 60;

/** The four queues of the pipeline and the one for what never reached them. */
export function createWorkQueues(
  parent: pulumi.Resource,
  prefix: string,
  shared: { platform: Platform; keyArn: pulumi.Input<string>; topics: AlertTopics },
): WorkQueues {
  return {
    ingest: createWorkQueue(parent, prefix, {
      ...shared,
      role: "ingest",
      visibilitySeconds: hiddenFor(FUNCTION_SIZE.ingest.timeout),
      lateAfterSeconds: 15 * MINUTE,
      deadMeans: "An upload was not taken up.",
      severity: "critical",
    }),
    transcodeEvents: createWorkQueue(parent, prefix, {
      ...shared,
      role: "transcode-events",
      visibilitySeconds: hiddenFor(FUNCTION_SIZE.track.timeout),
      lateAfterSeconds: 15 * MINUTE,
      deadMeans: "A job's end was not written to the ledger.",
      severity: "critical",
    }),
    storyboard: createWorkQueue(parent, prefix, {
      ...shared,
      role: "storyboard",
      visibilitySeconds: hiddenFor(FUNCTION_SIZE.storyboard.timeout),
      lateAfterSeconds: 60 * MINUTE,
      deadMeans: "A title has no preview pictures.",
      severity: "warning",
    }),
    catalogue: createWorkQueue(parent, prefix, {
      ...shared,
      role: "catalogue",
      visibilitySeconds: WORKER_HIDDEN_SECONDS,
      lateAfterSeconds: 15 * MINUTE,
      deadMeans: "A title's state did not reach the catalogue.",
      severity: "critical",
    }),
    undelivered: createUndelivered(parent, `${prefix}-undelivered`, {
      ...shared,
      role: "undelivered",
      deadMeans: "An event reached no queue.",
      severity: "critical",
    }),
  };
}
