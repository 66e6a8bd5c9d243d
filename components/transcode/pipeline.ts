import * as pulumi from "@pulumi/pulumi";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { createEndpointAccess } from "./endpointAccess";
import { createFunctions, type FunctionsSpec, type PipelineNetwork } from "./pipelineFunctions";
import { createLedger } from "./ledger";
import { createMediaConvert } from "./mediaConvert";
import { createBus, createBusPolicy, createRouting } from "./routing";
import { createReconcileSchedule } from "./schedule";
import { createWorkQueues } from "./workQueues";

export interface VodTranscodePipelineArgs {
  platform: Platform;
  ingestBucket: pulumi.Input<string>;
  ingestBucketArn: pulumi.Input<string>;
  mediaBucket: pulumi.Input<string>;
  mediaBucketArn: pulumi.Input<string>;
  /** Encrypts sources and renditions. */
  mediaKeyArn: pulumi.Input<string>;
  /** Encrypts ledger, queues, bus and the functions' variables. */
  dataKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  alerts: AlertTopics;
  /** Of the functions that call MediaConvert. */
  network: PipelineNetwork;
  /** USD. A title whose transcoding costs more waits for a person. */
  maxTitlePrice: pulumi.Input<number>;
  /**
   * Folder of the functions' bundles.
   * @default ".local/build/handlers"
   */
  codePath?: string;
}

/**
 * From an object in the ingest bucket to renditions in the media bucket: queues, functions, ledger, bus and
 * MediaConvert. See docs/architecture.md, "Life of a title".
 *
 * Cost: by use. MediaConvert decides (docs/cost.md); what stands idle is alarms at $0.10 a month each.
 */
export class VodTranscodePipeline extends pulumi.ComponentResource {
  public readonly ledgerTable: pulumi.Output<string>;
  public readonly busName: pulumi.Output<string>;
  public readonly ingestQueueUrl: pulumi.Output<string>;
  public readonly transcodeEventsQueueUrl: pulumi.Output<string>;
  public readonly storyboardQueueUrl: pulumi.Output<string>;
  public readonly catalogueQueueUrl: pulumi.Output<string>;
  public readonly catalogueQueueArn: pulumi.Output<string>;
  /** What EventBridge and the scheduler could not deliver. */
  public readonly undeliveredQueueUrl: pulumi.Output<string>;
  public readonly mediaConvertQueueArn: pulumi.Output<string>;
  public readonly mediaConvertPriorityQueueArn: pulumi.Output<string>;
  public readonly jobRoleArn: pulumi.Output<string>;

  constructor(name: string, args: VodTranscodePipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodTranscodePipeline", name, args, opts);
    const { platform, dataKeyArn, alerts: topics } = args;
    const queues = createWorkQueues(this, name, { platform, keyArn: dataKeyArn, topics });
    const ledger = createLedger(this, name, platform, dataKeyArn);
    const bus = createBus(this, `${name}-bus`, platform, dataKeyArn, queues.undelivered);
    const mediaConvert = createMediaConvert(this, name, args);
    const jobQueueArns = [mediaConvert.defaultQueue.arn, mediaConvert.priorityQueue.arn];
    createRouting(this, name, { platform, bus, ingestBucket: args.ingestBucket, jobQueueArns, ...queues });
    const spec: FunctionsSpec = { ...args, queues, ledger, bus, mediaConvert, jobQueueArns };
    const functions = createFunctions(this, name, spec);
    createEndpointAccess(this, `${name}-transcoder`, {
      platform,
      endpointId: args.network.transcoderEndpointId,
      jobQueueArns,
      functions,
    });
    createBusPolicy(
      this,
      `${name}-bus`,
      bus,
      Object.values(functions).map(({ role }) => role.arn),
    );
    createReconcileSchedule(this, `${name}-reconcile`, {
      platform,
      target: functions.reconcile,
      undelivered: queues.undelivered,
      dataKeyArn,
      topics,
    });

    this.ledgerTable = ledger.table.name;
    this.busName = bus.name;
    this.ingestQueueUrl = queues.ingest.queue.url;
    this.transcodeEventsQueueUrl = queues.transcodeEvents.queue.url;
    this.storyboardQueueUrl = queues.storyboard.queue.url;
    this.catalogueQueueUrl = queues.catalogue.queue.url;
    this.catalogueQueueArn = queues.catalogue.queue.arn;
    this.undeliveredQueueUrl = queues.undelivered.url;
    this.mediaConvertQueueArn = mediaConvert.defaultQueue.arn;
    this.mediaConvertPriorityQueueArn = mediaConvert.priorityQueue.arn;
    this.jobRoleArn = mediaConvert.jobRole.arn;
    this.registerOutputs({
      ledgerTable: this.ledgerTable,
      busName: this.busName,
      ingestQueueUrl: this.ingestQueueUrl,
      transcodeEventsQueueUrl: this.transcodeEventsQueueUrl,
      storyboardQueueUrl: this.storyboardQueueUrl,
      catalogueQueueUrl: this.catalogueQueueUrl,
      catalogueQueueArn: this.catalogueQueueArn,
      undeliveredQueueUrl: this.undeliveredQueueUrl,
      mediaConvertQueueArn: this.mediaConvertQueueArn,
      mediaConvertPriorityQueueArn: this.mediaConvertPriorityQueueArn,
      jobRoleArn: this.jobRoleArn,
    });
  }
}
