/** The whole platform: configuration → components → outputs. What each part is: docs/architecture.md. */
import * as vod from "./components";
import { cacheNodes, databaseInstances } from "./config/database";
import { edgeSettings } from "./config/edge";
import { auditorOf, balancerDomain } from "./config/front";
import { serviceSettings } from "./config/services";
import { loadConfig } from "./config/load";
import { searchDomain } from "./config/search";
import { networkSettings } from "./config/network";
import { stackTags } from "./lib/tags";

const config = loadConfig();
const { stack, region, recoveryRegion, logRetentionDays, protect } = config;

const accountId = vod.currentAccountId();
const platform: vod.Platform = { stack, region, accountId, logRetentionDays, protect, tags: stackTags(stack) };

const keys = new vod.VodKeys("vod-keys", { platform, recoveryRegion });
const { mediaKeyArn, mediaReplicaKeyArn, dataKeyArn, logsKeyArn, databaseKeyArn, searchKeyArn } = keys;
const { imagesKeyArn, secretsKeyArn, signingKeyArn } = keys;
export const { signingKeyId } = keys;

const alerts = new vod.VodObservability("vod-alerts", { platform, dataKeyArn });

const storage = new vod.VodStorage("vod-storage", { platform, recoveryRegion, mediaKeyArn, mediaReplicaKeyArn });
const { ingestBucketArn, mediaBucketArn, webBucketArn, accessLogBucket, accessLogBucketArn } = storage;
export const { ingestBucket, mediaBucket, webBucket } = storage;

const atBalancer = balancerDomain(config);
const network = new vod.VodNetwork("vod-network", {
  platform,
  ...networkSettings(config),
  nat: config.nat === "single" ? vod.NatStrategy.Single : vod.NatStrategy.PerZone,
  internalBalancer: atBalancer === undefined,
  flowLogBucketArn: accessLogBucketArn,
});

const common = {
  platform,
  logsKeyArn,
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
};

const functions = { subnetIds: network.appSubnetIds, groupId: network.functionsGroupId };
const searchSize = searchDomain(config);
const database = new vod.VodDatabase("vod-database", {
  ...common,
  dataSubnetIds: network.dataSubnetIds,
  databaseGroupId: network.databaseGroupId,
  cacheGroupId: network.cacheGroupId,
  databaseKeyArn,
  aurora: { ...databaseInstances(config), insights: config.databaseInsights as vod.InsightsMode },
  cache: cacheNodes(config),
  // What may be deleted needs no copy elsewhere.
  recovery: config.protect ? { region: recoveryRegion, keyArn: keys.databaseReplicaKeyArn } : undefined,
  search: searchSize && {
    ...searchSize,
    groupId: network.searchGroupId,
    functions,
    searchKeyArn,
    dataKeyArn,
    accessLogBucket,
  },
});

const buckets = { ingestBucket, ingestBucketArn, mediaBucket, mediaBucketArn };
const pipeline = new vod.VodTranscodePipeline("vod-pipeline", {
  ...common,
  ...buckets,
  mediaKeyArn,
  dataKeyArn,
  network: { ...functions, transcoderEndpointId: network.transcoderEndpointId },
  maxTitlePrice: config.maxTitlePrice,
});

const balancer = new vod.VodLoadBalancer("vod-balancer", {
  platform,
  vpcId: network.vpcId,
  subnetIds: atBalancer ? network.publicSubnetIds : network.appSubnetIds,
  albGroupId: network.albGroupId,
  logBucket: accessLogBucket,
  alerts: common.alerts,
  domain: atBalancer,
});

const seenBy = auditorOf(config);
const auditor = seenBy && new vod.VodAuditor("vod-auditor", { platform, ...seenBy, accessLogBucketArn });

const { arn, dnsName, zoneId } = balancer;
const edge = new vod.VodEdge("vod-edge", {
  ...common,
  media: { name: mediaBucket, arn: mediaBucketArn, domain: storage.mediaBucketDomain },
  mediaReplica: {
    name: storage.mediaReplicaBucket,
    arn: storage.mediaReplicaBucketArn,
    domain: storage.mediaReplicaBucketDomain,
    region: recoveryRegion,
    keyArn: mediaReplicaKeyArn,
  },
  web: { name: webBucket, arn: webBucketArn, domain: storage.webBucketDomain },
  balancer: { arn, dnsName, zoneId, internal: atBalancer === undefined, hostName: atBalancer?.hostName },
  accessLogBucketArn,
  mediaKeyArn,
  secretsKeyArn,
  signingKeyId,
  ...edgeSettings(config),
});

const { writerEndpoint, readerEndpoint, databaseName, databaseResourceId, masterSecretArn } = database;
const threatProtection = config.threatProtection as vod.ThreatProtection;
const serviceKeys = { dataKeyArn, imagesKeyArn, secretsKeyArn, databaseKeyArn, signingKeyId, signingKeyArn };
const services = new vod.VodServices("vod-services", {
  ...common,
  ...serviceKeys,
  network: { subnetIds: network.appSubnetIds, groupId: network.servicesGroupId },
  balancer: { metricName: balancer.metricName, api: balancer.api, backoffice: balancer.backoffice },
  database: { writerEndpoint, readerEndpoint, databaseName, databaseResourceId, masterSecretArn },
  ...serviceSettings(config),
  deployment: config.deployment as vod.DeploymentStrategy,
  users: { threatProtection, mailSender: config.mailSender || undefined },
  viewerOrigin: edge.viewerOrigin,
  keyPairId: edge.keyPairId,
  catalogueQueueUrl: pipeline.catalogueQueueUrl,
  catalogueQueueArn: pipeline.catalogueQueueArn,
});

export const { apiTaskRoleArn, workerTaskRoleArn, migrationTaskArn, clusterName } = services;
const search = database.searchHandle;
const mayUse = { readerRoleArns: [apiTaskRoleArn], writerRoleArns: [workerTaskRoleArn] };
if (search) new vod.VodSearchAccess("vod-search-access", { search, ...mayUse });

export const { ledgerTable, busName, jobRoleArn, mediaConvertQueueArn, mediaConvertPriorityQueueArn } = pipeline;
export const { ingestQueueUrl, transcodeEventsQueueUrl, storyboardQueueUrl } = pipeline;
export const { catalogueQueueUrl, undeliveredQueueUrl } = pipeline;
export const { criticalTopicArn, warningTopicArn } = alerts;
export const { vpcId } = network;
export { databaseName, masterSecretArn, readerEndpoint, writerEndpoint };
export const { cacheEndpoint, searchEndpoint, searchDomainArn } = database;
export const { distributionId, distributionDomain, viewerOrigin, keyPairId } = edge;
export const balancerDnsName = dnsName;
export const { viewers, staff, secretArns } = services;
export const auditorRoleArn = auditor?.roleArn;
export const { apiRepositoryUrl, workerRepositoryUrl, pgbouncerRepositoryUrl } = services;
