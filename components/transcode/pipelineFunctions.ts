import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import type { HandlerName } from "../../contracts/environment";
import type { CreatedFunction } from "../shared/function";
import type { FunctionNetwork } from "../shared/functionNetwork";
import type { Platform } from "../shared/platform";
import { createHandler, feedFromQueue } from "./functions";
import { ingestGrants, reconcileGrants, storyboardGrants, trackGrants } from "./grants";
import type { Ledger } from "./ledger";
import type { MediaConvert } from "./mediaConvert";
import type { WorkQueues } from "./workQueues";

/** Where the functions that call MediaConvert stand. */
export interface PipelineNetwork extends FunctionNetwork {
  /** Interface endpoint of MediaConvert: the only way on which it takes their calls. */
  transcoderEndpointId: pulumi.Input<string>;
}

export interface FunctionsSpec {
  platform: Platform;
  ingestBucket: pulumi.Input<string>;
  ingestBucketArn: pulumi.Input<string>;
  mediaBucket: pulumi.Input<string>;
  mediaBucketArn: pulumi.Input<string>;
  mediaKeyArn: pulumi.Input<string>;
  dataKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  maxTitlePrice: pulumi.Input<number>;
  codePath?: string;
  queues: WorkQueues;
  ledger: Ledger;
  bus: aws.cloudwatch.EventBus;
  mediaConvert: MediaConvert;
  jobQueueArns: pulumi.Input<string>[];
  network: PipelineNetwork;
}

/**
 * The four functions, each with what it may do, and the queues that feed three of them. The storyboard's calls no
 * MediaConvert and stays outside the VPC, where no picture passes a NAT gateway.
 */
export function createFunctions(
  parent: pulumi.Resource,
  name: string,
  spec: FunctionsSpec,
): Record<HandlerName, CreatedFunction> {
  const { platform, dataKeyArn, logsKeyArn, queues, mediaConvert } = spec;
  const shared = { platform, dataKeyArn, logsKeyArn, codePath: spec.codePath ?? ".local/build/handlers" };
  const network: FunctionNetwork = { subnetIds: spec.network.subnetIds, groupId: spec.network.groupId };
  const inVpc = { ...shared, network };
  const scope = { ...spec, transcoderEndpointId: spec.network.transcoderEndpointId };
  const common = { STACK: platform.stack, LEDGER_TABLE: spec.ledger.table.name, BUS_NAME: spec.bus.name };
  const media = { MEDIA_BUCKET: spec.mediaBucket };

  const ingest = createHandler(parent, name, {
    ...inVpc,
    handler: "ingest",
    description: "Claims an upload, probes it and starts its job, or says why not",
    variables: {
      ...common,
      ...media,
      INGEST_BUCKET: spec.ingestBucket,
      MEDIA_KEY_ARN: spec.mediaKeyArn,
      JOB_ROLE_ARN: mediaConvert.jobRole.arn,
      JOB_QUEUE_ARN: mediaConvert.defaultQueue.arn,
      MAX_TITLE_PRICE: pulumi.output(spec.maxTitlePrice).apply(String),
      QUEUE_URL: queues.ingest.queue.url,
    },
    grants: ingestGrants(scope, queues.ingest, mediaConvert.jobRole.arn),
  });
  const track = createHandler(parent, name, {
    ...inVpc,
    handler: "track",
    description: "Writes each job's state to the ledger and keeps the job",
    variables: { ...common, ...media, QUEUE_URL: queues.transcodeEvents.queue.url },
    grants: trackGrants(scope, queues.transcodeEvents),
  });
  const storyboard = createHandler(parent, name, {
    ...shared,
    handler: "storyboard",
    description: "Makes preview pictures and the poster from a job's captures",
    variables: { ...common, ...media, QUEUE_URL: queues.storyboard.queue.url },
    grants: storyboardGrants(scope, queues.storyboard),
  });
  const reconcile = createHandler(parent, name, {
    ...inVpc,
    handler: "reconcile",
    description: "Makes up for lost events",
    variables: {
      ...common,
      ...media,
      INGEST_BUCKET: spec.ingestBucket,
      INGEST_QUEUE_URL: queues.ingest.queue.url,
    },
    grants: reconcileGrants(scope, queues.ingest),
  });

  // MediaConvert's control calls are throttled from about seven a second on: few copies of ingest, and small batches.
  const feed = feedFromQueue.bind(undefined, parent, name, platform);
  feed(ingest, { role: "ingest", queue: queues.ingest.queue, batchSize: 5, concurrency: 5 });
  feed(track, { role: "track", queue: queues.transcodeEvents.queue, batchSize: 10, concurrency: 10 });
  feed(storyboard, { role: "storyboard", queue: queues.storyboard.queue, batchSize: 1, concurrency: 5 });
  return { ingest, track, storyboard, reconcile };
}
