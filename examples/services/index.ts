/** The services alone, before a database that exists, behind a load balancer of their own. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  currentAccountId,
  ThreatProtection,
  VodLoadBalancer,
  VodObservability,
  VodServices,
  type Platform,
} from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const dataKeyArn = config.require("dataKeyArn");
const subnetIds = config.require("subnetIds").split(",");
const topics = new VodObservability("acme-alerts", { platform, dataKeyArn });
const alerts = { criticalArn: topics.criticalTopicArn, warningArn: topics.warningTopicArn };

const balancer = new VodLoadBalancer("acme-balancer", {
  platform,
  vpcId: config.require("vpcId"),
  subnetIds: config.require("publicSubnetIds").split(","),
  albGroupId: config.require("albGroupId"),
  logBucket: config.require("logBucket"),
  alerts,
  domain: { hostName: config.require("hostName"), certificateArn: config.require("certificateArn") },
});
new aws.wafv2.WebAclAssociation("acme-balancer-acl", {
  resourceArn: balancer.arn,
  webAclArn: config.require("webAclArn"),
});

const services = new VodServices("acme-services", {
  platform,
  alerts,
  network: { subnetIds, groupId: config.require("servicesGroupId") },
  balancer: { metricName: balancer.metricName, api: balancer.api, backoffice: balancer.backoffice },
  database: {
    writerEndpoint: config.require("writerEndpoint"),
    readerEndpoint: config.require("readerEndpoint"),
    databaseName: "vod",
    databaseResourceId: config.require("databaseResourceId"),
    masterSecretArn: config.require("masterSecretArn"),
  },
  images: {
    api: config.require("apiImage"),
    worker: config.require("workerImage"),
    pgbouncer: config.require("pgbouncerImage"),
  },
  scaling: { minTasks: 1, maxTasks: 4 },
  users: { threatProtection: ThreatProtection.All },
  databaseKeyArn: config.require("databaseKeyArn"),
  dataKeyArn,
  logsKeyArn: config.require("logsKeyArn"),
  secretsKeyArn: config.require("secretsKeyArn"),
  imagesKeyArn: config.require("imagesKeyArn"),
  viewerOrigin: "https://video.example.com",
  signingKeyArn: config.require("signingKeyArn"),
  signingKeyId: config.require("signingKeyArn"),
  keyPairId: config.require("keyPairId"),
  catalogueQueueUrl: config.require("catalogueQueueUrl"),
  catalogueQueueArn: config.require("catalogueQueueArn"),
});

export const clusterName = services.clusterName;
