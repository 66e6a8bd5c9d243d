/** The whole platform: configuration → components → outputs. What each part is: docs/architecture.md. */
import {
  currentAccountId,
  type DeploymentStrategy,
  type InsightsMode,
  NatStrategy,
  type ThreatProtection,
  VodAuditor,
  VodDatabase,
  VodEdge,
  VodKeys,
  VodLoadBalancer,
  VodNetwork,
  VodObservability,
  VodServices,
  VodStorage,
  VodTranscodePipeline,
  type Platform,
} from "./components";
import { cacheNodes, databaseInstances } from "./config/database";
import { auditorOf, balancerDomain } from "./config/front";
import { serviceImages, serviceScaling } from "./config/services";
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

const atBalancer = balancerDomain(config);
const network = new VodNetwork("vod-network", {
  platform,
  cidr: VPC_CIDR,
  zones: config.zones,
  nat: config.nat === "single" ? NatStrategy.Single : NatStrategy.PerZone,
  interfaceEndpoints: config.interfaceEndpoints,
  peerCidrs: config.peerCidrs,
  internalBalancer: atBalancer === undefined,
  flowLogBucketArn: storage.accessLogBucketArn,
});

const topics = { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn };

const database = new VodDatabase("vod-database", {
  platform,
  dataSubnetIds: network.dataSubnetIds,
  databaseGroupId: network.databaseGroupId,
  cacheGroupId: network.cacheGroupId,
  databaseKeyArn: keys.databaseKeyArn,
  logsKeyArn: keys.logsKeyArn,
  alerts: topics,
  aurora: { ...databaseInstances(config), insights: config.databaseInsights as InsightsMode },
  cache: cacheNodes(config),
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
  alerts: topics,
  network: {
    subnetIds: network.appSubnetIds,
    groupId: network.functionsGroupId,
    transcoderEndpointId: network.transcoderEndpointId,
  },
  maxTitlePrice: config.maxTitlePrice,
});

const balancer = new VodLoadBalancer("vod-balancer", {
  platform,
  vpcId: network.vpcId,
  subnetIds: atBalancer ? network.publicSubnetIds : network.appSubnetIds,
  albGroupId: network.albGroupId,
  logBucket: storage.accessLogBucket,
  alerts: topics,
  domain: atBalancer,
});

const seenBy = auditorOf(config);
const auditor =
  seenBy && new VodAuditor("vod-auditor", { platform, ...seenBy, accessLogBucketArn: storage.accessLogBucketArn });

const edge = new VodEdge("vod-edge", {
  platform,
  media: { name: storage.mediaBucket, arn: storage.mediaBucketArn, domain: storage.mediaBucketDomain },
  mediaReplica: {
    name: storage.mediaReplicaBucket,
    arn: storage.mediaReplicaBucketArn,
    domain: storage.mediaReplicaBucketDomain,
    region: recoveryRegion,
    keyArn: keys.mediaReplicaKeyArn,
  },
  web: { name: storage.webBucket, arn: storage.webBucketArn, domain: storage.webBucketDomain },
  balancer: {
    arn: balancer.arn,
    dnsName: balancer.dnsName,
    zoneId: balancer.zoneId,
    internal: atBalancer === undefined,
    hostName: atBalancer?.hostName,
  },
  accessLogBucketArn: storage.accessLogBucketArn,
  mediaKeyArn: keys.mediaKeyArn,
  logsKeyArn: keys.logsKeyArn,
  secretsKeyArn: keys.secretsKeyArn,
  signingKeyId: keys.signingKeyId,
  alerts: topics,
  priceClass: config.priceClass,
  domain: config.domain === "" ? undefined : { name: config.domain, certificateArn: config.certificateArn },
  hostedZoneId: config.hostedZoneId === "" ? undefined : config.hostedZoneId,
  servedCountries: config.servedCountries,
  protection: {
    blockedCountries: config.blockedCountries,
    requestLimit: config.requestLimit,
    mediaRequestLimit: config.mediaRequestLimit,
    botControl: config.botControl,
    antiDdos: config.antiDdos,
    blockDownloadTools: config.blockDownloadTools,
  },
  detailedMetrics: config.detailedMetrics,
});

const { writerEndpoint, readerEndpoint, databaseName, databaseResourceId, masterSecretArn } = database;
const services = new VodServices("vod-services", {
  platform,
  logsKeyArn: keys.logsKeyArn,
  dataKeyArn: keys.dataKeyArn,
  imagesKeyArn: keys.imagesKeyArn,
  secretsKeyArn: keys.secretsKeyArn,
  alerts: topics,
  network: { subnetIds: network.appSubnetIds, groupId: network.servicesGroupId },
  balancer: { metricName: balancer.metricName, api: balancer.api, backoffice: balancer.backoffice },
  databaseKeyArn: keys.databaseKeyArn,
  database: { writerEndpoint, readerEndpoint, databaseName, databaseResourceId, masterSecretArn },
  images: serviceImages(config),
  deployment: config.deployment as DeploymentStrategy,
  scaling: serviceScaling(config),
  exec: config.exec,
  users: { threatProtection: config.threatProtection as ThreatProtection, mailSender: config.mailSender || undefined },
  secrets: { outsideKeys: config.outsideKeys, mediaCredentials: config.mediaCredentials },
  viewerOrigin: edge.viewerOrigin,
  signingKeyId: keys.signingKeyId,
  signingKeyArn: keys.signingKeyArn,
  keyPairId: edge.keyPairId,
  catalogueQueueUrl: pipeline.catalogueQueueUrl,
  catalogueQueueArn: pipeline.catalogueQueueArn,
});

export const { ingestBucket, mediaBucket, webBucket } = storage;
export const { ledgerTable, busName, jobRoleArn, mediaConvertQueueArn, mediaConvertPriorityQueueArn } = pipeline;
export const { ingestQueueUrl, transcodeEventsQueueUrl, storyboardQueueUrl } = pipeline;
export const { catalogueQueueUrl, undeliveredQueueUrl } = pipeline;
export const { criticalTopicArn, warningTopicArn } = alerts;
export const { signingKeyId } = keys;
export const { vpcId } = network;
export { databaseName, masterSecretArn, readerEndpoint, writerEndpoint };
export const { cacheEndpoint } = database;
export const { distributionId, distributionDomain, viewerOrigin, keyPairId } = edge;
export const balancerDnsName = balancer.dnsName;
export const { viewers, staff, secretArns } = services;
export const auditorRoleArn = auditor?.roleArn;
export const { apiTaskRoleArn, workerTaskRoleArn, migrationTaskArn, clusterName } = services;
export const { apiRepositoryUrl, workerRepositoryUrl, pgbouncerRepositoryUrl } = services;
