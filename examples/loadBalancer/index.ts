/** The load balancer alone, facing the internet behind a web ACL that exists. */
import * as aws from "@pulumi/aws";
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
new aws.wafv2.WebAclAssociation("acme-balancer-acl", {
  resourceArn: balancer.arn,
  webAclArn: config.require("webAclArn"),
});

export const dnsName = balancer.dnsName;
