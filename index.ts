/** The whole platform: configuration → components → outputs. What each part is: docs/architecture.md. */
import {
  currentAccountId,
  NatStrategy,
  VodEdge,
  VodKeys,
  VodNetwork,
  VodObservability,
  VodServices,
  VodStorage,
  VodTranscodePipeline,
  type Platform,
} from "./components";
import { loadConfig } from "./config/load";
import { VPC_CIDR } from "./config/keys/network";
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

const network = new VodNetwork("vod-network", {
  platform,
  cidr: VPC_CIDR,
  zones: config.zones,
  nat: config.nat === "single" ? NatStrategy.Single : NatStrategy.PerZone,
  interfaceEndpoints: config.interfaceEndpoints,
  peerCidrs: config.peerCidrs,
  flowLogBucketArn: storage.accessLogBucketArn,
});

const pipeline = new VodTranscodePipeline("vod-pipeline", {
  platform,
  ingestBucket: storage.ingestBucket,
  ingestBucketArn: storage.ingestBucketArn,
  mediaBucket: storage.mediaBucket,
  mediaBucketArn: storage.mediaBucketArn,
  mediaKeyArn: keys.mediaKeyArn,
  dataKeyArn: keys.dataKeyArn,
  logsKeyArn: keys.logsKeyArn,
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
  network: {
    subnetIds: network.appSubnetIds,
    groupId: network.functionsGroupId,
    transcoderEndpointId: network.transcoderEndpointId,
  },
  maxTitlePrice: config.maxTitlePrice,
});

const edge = new VodEdge("vod-edge", {
  platform,
  media: { name: storage.mediaBucket, arn: storage.mediaBucketArn, domain: storage.mediaBucketDomain },
  web: { name: storage.webBucket, arn: storage.webBucketArn, domain: storage.webBucketDomain },
  accessLogBucketArn: storage.accessLogBucketArn,
  mediaKeyArn: keys.mediaKeyArn,
  signingKeyId: keys.signingKeyId,
  priceClass: config.priceClass,
  domain: config.domain === "" ? undefined : { name: config.domain, certificateArn: config.certificateArn },
});

const services = new VodServices("vod-services", {
  platform,
  logsKeyArn: keys.logsKeyArn,
  dataKeyArn: keys.dataKeyArn,
  apiImage: config.apiImage,
  workerImage: config.workerImage,
  viewerOrigin: edge.viewerOrigin,
  signingKeyId: keys.signingKeyId,
  signingKeyArn: keys.signingKeyArn,
  keyPairId: edge.keyPairId,
  catalogueQueueUrl: pipeline.catalogueQueueUrl,
  catalogueQueueArn: pipeline.catalogueQueueArn,
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
export const undeliveredQueueUrl = pipeline.undeliveredQueueUrl;
export const mediaConvertQueueArn = pipeline.mediaConvertQueueArn;
export const mediaConvertPriorityQueueArn = pipeline.mediaConvertPriorityQueueArn;
export const jobRoleArn = pipeline.jobRoleArn;
export const criticalTopicArn = alerts.criticalTopicArn;
export const warningTopicArn = alerts.warningTopicArn;
export const signingKeyId = keys.signingKeyId;
export const vpcId = network.vpcId;
export const distributionId = edge.distributionId;
export const distributionDomain = edge.distributionDomain;
export const viewerOrigin = edge.viewerOrigin;
export const keyPairId = edge.keyPairId;
export const apiTaskRoleArn = services.apiTaskRoleArn;
export const workerTaskRoleArn = services.workerTaskRoleArn;
