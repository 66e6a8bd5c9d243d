import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";

/** Percent of the readers' processors that Aurora aims at, and seconds between two steps. */
const READER_CPU = 70;
const COOLDOWN_SECONDS = 300;

/**
 * Adds readers under load, of the writer's class. They are not in Pulumi's state, and a cluster is not deleted while one
 * stands: set the most to the least first (Aurora User Guide, "Amazon Aurora Auto Scaling with Aurora Replicas").
 */
export function createReaderScaling(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  cluster: aws.rds.Cluster,
  instances: aws.rds.ClusterInstance[],
  { readers, maxReaders }: { readers: number; maxReaders: number },
): void {
  const scaled = {
    serviceNamespace: "rds",
    scalableDimension: "rds:cluster:ReadReplicaCount",
    resourceId: pulumi.interpolate`cluster:${cluster.clusterIdentifier}`,
  };
  const target = new aws.appautoscaling.Target(
    `${name}-readers`,
    { ...scaled, minCapacity: readers, maxCapacity: maxReaders, tags: named(platform.tags, `${name}-readers`) },
    { parent, dependsOn: instances },
  );
  new aws.appautoscaling.Policy(
    `${name}-readers-cpu`,
    {
      ...scaled,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "RDSReaderAverageCPUUtilization" },
        targetValue: READER_CPU,
        scaleInCooldown: COOLDOWN_SECONDS,
        scaleOutCooldown: COOLDOWN_SECONDS,
      },
    },
    { parent, dependsOn: [target] },
  );
}

/** What RDS reports of each kind of source (AWS Security Hub User Guide, RDS.19 to RDS.22). */
const REPORTED: Readonly<Record<string, string[]>> = {
  "db-cluster": ["failover", "failure", "maintenance"],
  "db-instance": ["configuration change", "failure", "maintenance"],
  "db-parameter-group": ["configuration change"],
  "db-security-group": ["configuration change", "failure"],
};

/** Failures and changes go to people. Of the cluster alone where RDS can tell, else of the account. */
export function createReports(
  parent: pulumi.Resource,
  name: string,
  spec: { platform: Platform; topics: { warningArn: pulumi.Input<string> } },
  cluster: aws.rds.Cluster,
): void {
  for (const [sourceType, eventCategories] of Object.entries(REPORTED)) {
    const report = `${name}-${sourceType.replace(/^db-/, "")}-events`;
    new aws.rds.EventSubscription(
      report,
      {
        snsTopic: spec.topics.warningArn,
        sourceType,
        eventCategories,
        ...(sourceType === "db-cluster" && { sourceIds: [cluster.id] }),
        tags: named(spec.platform.tags, report),
      },
      { parent },
    );
  }
}
