/** The load balancer alone, in public subnets, with a host name and its certificate. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodLoadBalancer, VodObservability, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const alerts = new VodObservability("acme-alerts", { platform, dataKeyArn: config.require("dataKeyArn") });

const balancer = new VodLoadBalancer("acme-balancer", {
  platform,
  vpcId: config.require("vpcId"),
  subnetIds: config.require("subnetIds").split(","),
  albGroupId: config.require("albGroupId"),
  logBucket: config.require("logBucket"),
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
  domain: { hostName: config.require("hostName"), certificateArn: config.require("certificateArn") },
});

export const dnsName = balancer.dnsName;
