/** The buckets alone, under keys that exist, with their copies in another region. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodStorage, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const storage = new VodStorage("acme-storage", {
  platform,
  recoveryRegion: "us-west-2",
  mediaKeyArn: config.require("mediaKeyArn"),
  mediaReplicaKeyArn: config.require("mediaReplicaKeyArn"),
  withoutEdge: true,
});

export const ingestBucket = storage.ingestBucket;
export const mediaBucket = storage.mediaBucket;
