/** A role with which people of another account look at the logs. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodAuditor, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const auditor = new VodAuditor("acme-auditor", {
  platform,
  accountId: config.require("auditorAccountId"),
  externalId: config.require("externalId"),
  accessLogBucketArn: `arn:aws:s3:::${config.require("logBucket")}`,
});

export const roleArn = auditor.roleArn;
