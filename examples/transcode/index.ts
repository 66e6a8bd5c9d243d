/** The pipeline alone, from an object in one bucket to renditions in another. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodObservability, VodTranscodePipeline, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const dataKeyArn = config.require("dataKeyArn");
const ingestBucket = config.require("ingestBucket");
const mediaBucket = config.require("mediaBucket");
const alerts = new VodObservability("acme-alerts", { platform, dataKeyArn });

const pipeline = new VodTranscodePipeline("acme-pipeline", {
  platform,
  ingestBucket,
  ingestBucketArn: `arn:aws:s3:::${ingestBucket}`,
  mediaBucket,
  mediaBucketArn: `arn:aws:s3:::${mediaBucket}`,
  mediaKeyArn: config.require("mediaKeyArn"),
  dataKeyArn,
  logsKeyArn: config.require("logsKeyArn"),
  alerts: { criticalArn: alerts.criticalTopicArn, warningArn: alerts.warningTopicArn },
  network: {
    subnetIds: config.require("subnetIds").split(","),
    groupId: config.require("groupId"),
    transcoderEndpointId: config.require("transcoderEndpointId"),
  },
  maxTitlePrice: 25,
});

export const ledgerTable = pipeline.ledgerTable;
export const catalogueQueueUrl = pipeline.catalogueQueueUrl;
