/** The distribution alone, before buckets and a load balancer that exist. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodEdge, VodObservability, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const alerts = new VodObservability("acme-alerts", { platform, dataKeyArn: config.require("dataKeyArn") });
const bucket = (name: string, region: string) => ({
  name,
  arn: `arn:aws:s3:::${name}`,
  domain: `${name}.s3.${region}.amazonaws.com`,
});

const edge = new VodEdge("acme-edge", {
  platform,
  media: bucket(config.require("mediaBucket"), platform.region),
  mediaReplica: {
    ...bucket(config.require("mediaReplicaBucket"), "us-west-2"),
    region: "us-west-2",
    keyArn: config.require("mediaReplicaKeyArn"),
  },
  web: bucket(config.require("webBucket"), platform.region),
  balancer: {
    arn: config.require("balancerArn"),
    dnsName: config.require("balancerDnsName"),
    internal: true,
    hostName: config.require("balancerHostName"),
  },
  accessLogBucketArn: `arn:aws:s3:::${config.require("logBucket")}`,
  mediaKeyArn: config.require("mediaKeyArn"),
  logsKeyArn: config.require("logsKeyArn"),
  secretsKeyArn: config.require("secretsKeyArn"),
  signingKeyId: config.require("signingKeyId"),
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
  domain: { name: config.require("hostName"), certificateArn: config.require("certificateArn") },
});

export const viewerOrigin = edge.viewerOrigin;
