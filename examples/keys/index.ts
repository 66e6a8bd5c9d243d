/** The keys alone, one for each class of data. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, VodKeys, type Platform } from "@vod/components";

const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const keys = new VodKeys("acme-keys", { platform, recoveryRegion: "us-west-2" });

export const mediaKeyArn = keys.mediaKeyArn;
export const signingKeyId = keys.signingKeyId;
