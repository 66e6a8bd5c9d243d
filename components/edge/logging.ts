import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { logDeliveryName } from "../../lib/names";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import { EDGE_REGION } from "./edgeRegion";

/** Access logs of the distribution, as Parquet and one folder a day, in the access-log bucket. */
export function createAccessLog(
  parent: pulumi.Resource,
  prefix: string,
  platform: Platform,
  distributionArn: pulumi.Input<string>,
  bucketArn: pulumi.Input<string>,
): void {
  const region = EDGE_REGION;
  const tags = (role: string) => named(platform.tags, `${prefix}-${role}`);
  const source = new aws.cloudwatch.LogDeliverySource(
    `${prefix}-log-source`,
    {
      region,
      name: logDeliveryName(platform.stack, "edge"),
      logType: "ACCESS_LOGS",
      resourceArn: distributionArn,
      tags: tags("log-source"),
    },
    { parent },
  );
  const destination = new aws.cloudwatch.LogDeliveryDestination(
    `${prefix}-log-destination`,
    {
      region,
      name: logDeliveryName(platform.stack, "access-logs"),
      outputFormat: "parquet",
      deliveryDestinationConfiguration: { destinationResourceArn: bucketArn },
      tags: tags("log-destination"),
    },
    { parent },
  );
  new aws.cloudwatch.LogDelivery(
    `${prefix}-log-delivery`,
    {
      region,
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      s3DeliveryConfigurations: [{ enableHiveCompatiblePath: false, suffixPath: "/{DistributionId}/{yyyy}/{MM}/{dd}" }],
      tags: tags("log-delivery"),
    },
    { parent },
  );
}
