import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";

export interface LogsSpec {
  platform: Platform;
  vpcId: pulumi.Input<string>;
  bucketArn: pulumi.Input<string>;
}

/**
 * Every packet's headers, each minute, as Parquet (a tenth of the size of text, and Athena reads it as it lies), and
 * every name that is looked up: flow logs leave the VPC's own DNS server out (VPC User Guide, "Flow log limitations"),
 * and a name is the narrowest way to carry data off.
 */
export function createLogs(parent: pulumi.Resource, name: string, { platform, vpcId, bucketArn }: LogsSpec): void {
  new aws.ec2.FlowLog(
    `${name}-flow-log`,
    {
      vpcId,
      trafficType: "ALL",
      maxAggregationInterval: 60,
      logDestinationType: "s3",
      logDestination: bucketArn,
      destinationOptions: { fileFormat: "parquet", hiveCompatiblePartitions: true, perHourPartition: true },
      tags: named(platform.tags, `${name}-flow-log`),
    },
    { parent },
  );
  const queries = new aws.route53.ResolverQueryLogConfig(
    `${name}-query-log`,
    { destinationArn: bucketArn, tags: named(platform.tags, `${name}-query-log`) },
    { parent },
  );
  new aws.route53.ResolverQueryLogConfigAssociation(
    `${name}-query-log-use`,
    { resolverQueryLogConfigId: queries.id, resourceId: vpcId },
    { parent },
  );
}
