/** The alarm topics alone, under a key that exists. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodObservability, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const alerts = new VodObservability("acme-alerts", { platform, dataKeyArn: config.require("dataKeyArn") });

export const criticalTopicArn = alerts.criticalTopicArn;
export const warningTopicArn = alerts.warningTopicArn;
