/** The network alone, three tiers over two zones, one NAT gateway. */
import * as pulumi from "@pulumi/pulumi";
import { currentAccountId, NatStrategy, VodNetwork, type Platform } from "@vod/components";

const config = new pulumi.Config();
const platform: Platform = {
  stack: pulumi.getStack(),
  region: new pulumi.Config("aws").require("region"),
  accountId: currentAccountId(),
  logRetentionDays: 365,
  tags: { Project: "acme", Stack: pulumi.getStack(), ManagedBy: "pulumi" },
};

const network = new VodNetwork("acme-network", {
  platform,
  cidr: "10.20.0.0/16",
  zones: ["a", "b"],
  nat: NatStrategy.Single,
  flowLogBucketArn: config.require("flowLogBucketArn"),
});

export const vpcId = network.vpcId;
export const appSubnetIds = network.appSubnetIds;
