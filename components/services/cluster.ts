import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import { createLogGroup } from "../shared/logGroup";
import type { Platform } from "../shared/platform";

export interface ClusterSpec {
  platform: Platform;
  logsKeyArn: pulumi.Input<string>;
  /** Whether operators may open a session in a container. */
  exec: boolean;
}

/** Sessions are encrypted with the key of the logs, and all that is typed is kept. */
function execConfiguration(parent: pulumi.Resource, prefix: string, { platform, logsKeyArn }: ClusterSpec) {
  const group = createLogGroup(parent, prefix, platform, "exec", logsKeyArn);
  return {
    executeCommandConfiguration: {
      kmsKeyId: logsKeyArn,
      logging: "OVERRIDE",
      logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: group.name },
    },
  };
}

/** A cluster on Fargate; Spot is there for what can be interrupted, and nothing is on it by default. */
export function createCluster(parent: pulumi.Resource, prefix: string, spec: ClusterSpec): aws.ecs.Cluster {
  const name = `${prefix}-cluster`;
  const cluster = new aws.ecs.Cluster(
    name,
    {
      settings: [{ name: "containerInsights", value: "enhanced" }],
      ...(spec.exec && { configuration: execConfiguration(parent, prefix, spec) }),
      tags: named(spec.platform.tags, name),
    },
    { parent },
  );
  new aws.ecs.ClusterCapacityProviders(
    `${name}-capacity`,
    {
      clusterName: cluster.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
    },
    { parent },
  );
  return cluster;
}
