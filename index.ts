/** The whole platform: configuration → components → outputs. What each part is: docs/architecture.md. */
import * as vod from "./components";
import { cacheNodes, databaseInstances } from "./config/database";
import { edgeSettings } from "./config/edge";
import { auditorOf, balancerDomain } from "./config/front";
import { serviceImages, serviceScaling } from "./config/services";
import { loadConfig } from "./config/load";
import { searchDomain } from "./config/search";
import { VPC_CIDR } from "./config/keys/network";
import { stackTags } from "./lib/tags";

const config = loadConfig();
const { stack, region, recoveryRegion, logRetentionDays, protect } = config;

const accountId = vod.currentAccountId();
const platform: vod.Platform = { stack, region, accountId, logRetentionDays, protect, tags: stackTags(stack) };

const keys = new vod.VodKeys("vod-keys", { platform, recoveryRegion });

const alerts = new vod.VodObservability("vod-alerts", { platform, dataKeyArn: keys.dataKeyArn });

const storage = new vod.VodStorage("vod-storage", {
  platform,
  recoveryRegion,
  mediaKeyArn: keys.mediaKeyArn,
  mediaReplicaKeyArn: keys.mediaReplicaKeyArn,
});

const atBalancer = balancerDomain(config);
const network = new vod.VodNetwork("vod-network", {
  platform,
  cidr: VPC_CIDR,
  zones: config.zones,
  nat: config.nat === "single" ? vod.NatStrategy.Single : vod.NatStrategy.PerZone,
  interfaceEndpoints: config.interfaceEndpoints,
  peerCidrs: config.peerCidrs,
  internalBalancer: atBalancer === undefined,
  flowLogBucketArn: storage.accessLogBucketArn,
});

const common = {
  platform,
  logsKeyArn: keys.logsKeyArn,
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
};

const functions = { subnetIds: network.appSubnetIds, groupId: network.functionsGroupId };
const searchSize = searchDomain(config);
const database = new vod.VodDatabase("vod-database", {
  ...common,
  dataSubnetIds: network.dataSubnetIds,
  databaseGroupId: network.databaseGroupId,
  cacheGroupId: network.cacheGroupId,
  databaseKeyArn: keys.databaseKeyArn,
  aurora: { ...databaseInstances(config), insights: config.databaseInsights as vod.InsightsMode },
  cache: cacheNodes(config),
  search: searchSize && {
    ...searchSize,
    groupId: network.searchGroupId,
    functions,
    searchKeyArn: keys.searchKeyArn,
    dataKeyArn: keys.dataKeyArn,
    accessLogBucket: storage.accessLogBucket,
  },
});

const pipeline = new vod.VodTranscodePipeline("vod-pipeline", {
  ...common,
  ingestBucket: storage.ingestBucket,
  ingestBucketArn: storage.ingestBucketArn,
  mediaBucket: storage.mediaBucket,
  mediaBucketArn: storage.mediaBucketArn,
  mediaKeyArn: keys.mediaKeyArn,
  dataKeyArn: keys.dataKeyArn,
  network: { ...functions, transcoderEndpointId: network.transcoderEndpointId },
  maxTitlePrice: config.maxTitlePrice,
});

const balancer = new vod.VodLoadBalancer("vod-balancer", {
  platform,
  vpcId: network.vpcId,
  subnetIds: atBalancer ? network.publicSubnetIds : network.appSubnetIds,
  albGroupId: network.albGroupId,
  logBucket: storage.accessLogBucket,
  alerts: common.alerts,
  domain: atBalancer,
});

const seenBy = auditorOf(config);
const auditor =
  seenBy && new vod.VodAuditor("vod-auditor", { platform, ...seenBy, accessLogBucketArn: storage.accessLogBucketArn });

const { arn, dnsName, zoneId } = balancer;
const edge = new vod.VodEdge("vod-edge", {
  ...common,
  media: { name: storage.mediaBucket, arn: storage.mediaBucketArn, domain: storage.mediaBucketDomain },
  mediaReplica: {
    name: storage.mediaReplicaBucket,
    arn: storage.mediaReplicaBucketArn,
    domain: storage.mediaReplicaBucketDomain,
    region: recoveryRegion,
    keyArn: keys.mediaReplicaKeyArn,
  },
  web: { name: storage.webBucket, arn: storage.webBucketArn, domain: storage.webBucketDomain },
  balancer: { arn, dnsName, zoneId, internal: atBalancer === undefined, hostName: atBalancer?.hostName },
  accessLogBucketArn: storage.accessLogBucketArn,
  mediaKeyArn: keys.mediaKeyArn,
  secretsKeyArn: keys.secretsKeyArn,
  signingKeyId: keys.signingKeyId,
  ...edgeSettings(config),
});

const { writerEndpoint, readerEndpoint, databaseName, databaseResourceId, masterSecretArn } = database;
const services = new vod.VodServices("vod-services", {
  ...common,
  dataKeyArn: keys.dataKeyArn,
  imagesKeyArn: keys.imagesKeyArn,
  secretsKeyArn: keys.secretsKeyArn,
  network: { subnetIds: network.appSubnetIds, groupId: network.servicesGroupId },
  balancer: { metricName: balancer.metricName, api: balancer.api, backoffice: balancer.backoffice },
  databaseKeyArn: keys.databaseKeyArn,
  database: { writerEndpoint, readerEndpoint, databaseName, databaseResourceId, masterSecretArn },
  images: serviceImages(config),
  deployment: config.deployment as vod.DeploymentStrategy,
  scaling: serviceScaling(config),
  exec: config.exec,
  users: {
    threatProtection: config.threatProtection as vod.ThreatProtection,
    mailSender: config.mailSender || undefined,
  },
  secrets: { outsideKeys: config.outsideKeys, mediaCredentials: config.mediaCredentials },
  viewerOrigin: edge.viewerOrigin,
  signingKeyId: keys.signingKeyId,
  signingKeyArn: keys.signingKeyArn,
  keyPairId: edge.keyPairId,
  catalogueQueueUrl: pipeline.catalogueQueueUrl,
  catalogueQueueArn: pipeline.catalogueQueueArn,
});

const { searchEndpoint, searchDomainName, searchDomainArn, searchSetupFunction, searchSetupRoleArn } = database;
if (searchDomainName && searchDomainArn && searchSetupFunction && searchSetupRoleArn) {
  new vod.VodSearchAccess("vod-search-access", {
    domainName: searchDomainName,
    domainArn: searchDomainArn,
    setupFunction: searchSetupFunction,
    setupRoleArn: searchSetupRoleArn,
    readerRoleArns: [services.apiTaskRoleArn],
    writerRoleArns: [services.workerTaskRoleArn],
  });
}

export const { ingestBucket, mediaBucket, webBucket } = storage;
export const { ledgerTable, busName, jobRoleArn, mediaConvertQueueArn, mediaConvertPriorityQueueArn } = pipeline;
export const { ingestQueueUrl, transcodeEventsQueueUrl, storyboardQueueUrl } = pipeline;
export const { catalogueQueueUrl, undeliveredQueueUrl } = pipeline;
export const { criticalTopicArn, warningTopicArn } = alerts;
export const { signingKeyId } = keys;
export const { vpcId } = network;
export { databaseName, masterSecretArn, readerEndpoint, writerEndpoint };
export const { cacheEndpoint } = database;
export { searchEndpoint };
export const { distributionId, distributionDomain, viewerOrigin, keyPairId } = edge;
export const balancerDnsName = dnsName;
export const { viewers, staff, secretArns } = services;
export const auditorRoleArn = auditor?.roleArn;
export const { apiTaskRoleArn, workerTaskRoleArn, migrationTaskArn, clusterName } = services;
export const { apiRepositoryUrl, workerRepositoryUrl, pgbouncerRepositoryUrl } = services;
