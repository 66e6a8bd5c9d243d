/** The whole platform: configuration → components → outputs. What each part is: docs/architecture.md. */
import {
  currentAccountId,
  VodKeys,
  VodObservability,
  VodStorage,
  VodTranscodePipeline,
  type Platform,
} from "./components";
import { loadConfig } from "./config/load";
import { stackTags } from "./lib/tags";

const config = loadConfig();
const { stack, region, recoveryRegion } = config;

const platform: Platform = {
  stack,
  region,
  accountId: currentAccountId(),
  logRetentionDays: config.logRetentionDays,
  protect: config.protect,
  tags: stackTags(stack),
};

const keys = new VodKeys("vod-keys", { platform, recoveryRegion });

const alerts = new VodObservability("vod-alerts", { platform, dataKeyArn: keys.dataKeyArn });

const storage = new VodStorage("vod-storage", {
  platform,
  recoveryRegion,
  mediaKeyArn: keys.mediaKeyArn,
  mediaReplicaKeyArn: keys.mediaReplicaKeyArn,
});

const pipeline = new VodTranscodePipeline("vod-transcode", {
  platform,
  ingestBucket: storage.ingestBucket,
  ingestBucketArn: storage.ingestBucketArn,
  mediaBucket: storage.mediaBucket,
  mediaBucketArn: storage.mediaBucketArn,
  mediaKeyArn: keys.mediaKeyArn,
  dataKeyArn: keys.dataKeyArn,
  logsKeyArn: keys.logsKeyArn,
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
  maxTitlePrice: config.maxTitlePrice,
});

export const ingestBucket = storage.ingestBucket;
export const mediaBucket = storage.mediaBucket;
export const webBucket = storage.webBucket;
export const ledgerTable = pipeline.ledgerTable;
export const busName = pipeline.busName;
export const ingestQueueUrl = pipeline.ingestQueueUrl;
export const transcodeEventsQueueUrl = pipeline.transcodeEventsQueueUrl;
export const storyboardQueueUrl = pipeline.storyboardQueueUrl;
export const catalogueQueueUrl = pipeline.catalogueQueueUrl;
export const mediaConvertQueueArn = pipeline.mediaConvertQueueArn;
export const mediaConvertPriorityQueueArn = pipeline.mediaConvertPriorityQueueArn;
export const jobRoleArn = pipeline.jobRoleArn;
export const criticalTopicArn = alerts.criticalTopicArn;
export const warningTopicArn = alerts.warningTopicArn;
