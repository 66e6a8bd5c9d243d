/** The database and its cache alone, in subnets that exist. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodDatabase, VodObservability, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const alerts = new VodObservability("acme-alerts", { platform, dataKeyArn: config.require("dataKeyArn") });

const database = new VodDatabase("acme-database", {
  platform,
  dataSubnetIds: config.require("dataSubnetIds").split(","),
  databaseGroupId: config.require("databaseGroupId"),
  cacheGroupId: config.require("cacheGroupId"),
  databaseKeyArn: config.require("databaseKeyArn"),
  logsKeyArn: config.require("logsKeyArn"),
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
  aurora: { instanceClass: "db.r7g.large", readers: 1 },
  cache: {},
});

export const writerEndpoint = database.writerEndpoint;
export const cacheEndpoint = database.cacheEndpoint;
