import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import { createAlarm, type AlarmSpec, type AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { sizeOf, type ServerlessRange } from "./capacity.plan";

interface WatchSpec {
  platform: Platform;
  topics: AlertTopics;
}

interface Watched {
  instanceClass: string;
  readers: number;
  maxReaders: number;
  serverless?: ServerlessRange;
}

/** Bytes that the volume is meant to stay below: Aurora itself ends at 256 TiB and knows no other limit. */
const VOLUME_LIMIT = 1_000e9;
const NAMESPACE = "AWS/RDS";
const FIVE_MINUTES = { period: 300, evaluationPeriods: 3 };

/** Aurora measures the volume by the hour. */
function alarmOnVolume(parent: pulumi.Resource, name: string, spec: WatchSpec, cluster: pulumi.Input<string>): void {
  const volume = {
    platform: spec.platform,
    namespace: NAMESPACE,
    metricName: "VolumeBytesUsed",
    dimensions: { DBClusterIdentifier: cluster },
    statistic: "Maximum" as const,
    period: 3600,
    evaluationPeriods: 1,
    comparison: "GreaterThanThreshold" as const,
  };
  createAlarm(parent, `${name}-volume-80-alarm`, {
    ...volume,
    description: "The database has used 80 % of its 1,000 GB. Drop old partitions, or raise what it may cost.",
    threshold: 0.8 * VOLUME_LIMIT,
    topicArn: spec.topics.warningArn,
  });
  createAlarm(parent, `${name}-volume-95-alarm`, {
    ...volume,
    description: "The database has used 95 % of its 1,000 GB. Drop old partitions now: it goes on growing and costing.",
    threshold: 0.95 * VOLUME_LIMIT,
    topicArn: spec.topics.criticalArn,
  });
  alarmOnGrowth(parent, name, spec, cluster);
}

/** Says that the volume grows otherwise than it used to, long before it is full. */
function alarmOnGrowth(parent: pulumi.Resource, name: string, spec: WatchSpec, cluster: pulumi.Input<string>): void {
  new aws.cloudwatch.MetricAlarm(
    `${name}-growth-alarm`,
    {
      alarmDescription: "The database grows unlike before. Look for a table that nobody cleans.",
      comparisonOperator: "GreaterThanUpperThreshold",
      evaluationPeriods: 3,
      thresholdMetricId: "band",
      treatMissingData: "notBreaching",
      metricQueries: [
        { id: "band", expression: "ANOMALY_DETECTION_BAND(volume, 3)", label: "Expected", returnData: true },
        {
          id: "volume",
          returnData: true,
          metric: {
            namespace: NAMESPACE,
            metricName: "VolumeBytesUsed",
            dimensions: { DBClusterIdentifier: cluster },
            stat: "Maximum",
            period: 3600,
          },
        },
      ],
      alarmActions: [spec.topics.warningArn],
      okActions: [spec.topics.warningArn],
      tags: named(spec.platform.tags, `${name}-growth-alarm`),
    },
    { parent },
  );
}

type Limit = Pick<AlarmSpec, "description" | "metricName" | "statistic" | "threshold" | "comparison">;

/** What an instance runs out of. */
function limitsOf(role: "writer" | "readers", watched: Watched): Record<string, Limit> {
  const { memory, connections } = sizeOf(watched.instanceClass, watched.serverless);
  const remedy = role === "writer" ? "take a larger class" : "take a larger class or allow more readers";
  const above = "GreaterThanThreshold" as const;
  return {
    cpu: {
      description: `The database's ${role} compute at more than 80 % for 15 min. Look at Database Insights; ${remedy}.`,
      metricName: "CPUUtilization",
      statistic: "Average",
      threshold: 80,
      comparison: above,
    },
    memory: {
      description: `The database's ${role} have less than 5 % of memory free for 15 min. Lower the pool's size, or ${remedy}.`,
      metricName: "FreeableMemory",
      statistic: "Minimum",
      threshold: 0.05 * memory,
      comparison: "LessThanThreshold",
    },
    connections: {
      description: `The database's ${role} have used 80 % of their connections for 15 min. Look at the pools of the services.`,
      metricName: "DatabaseConnections",
      statistic: "Maximum",
      threshold: Math.floor(0.8 * connections),
      comparison: above,
    },
  };
}

/** Alarms of the volume, of the writer and, where there are any, of the readers. */
export function alarmOnAurora(
  parent: pulumi.Resource,
  name: string,
  spec: WatchSpec,
  cluster: pulumi.Input<string>,
  watched: Watched,
): void {
  const { platform, topics } = spec;
  alarmOnVolume(parent, name, spec, cluster);
  const roles = watched.maxReaders > 0 ? (["writer", "readers"] as const) : (["writer"] as const);
  for (const role of roles) {
    for (const [what, limit] of Object.entries(limitsOf(role, watched))) {
      createAlarm(parent, `${name}-${role}-${what}-alarm`, {
        platform,
        namespace: NAMESPACE,
        // Metrics by role follow a failover; those of an instance would not.
        dimensions: { DBClusterIdentifier: cluster, Role: role === "writer" ? "WRITER" : "READER" },
        ...FIVE_MINUTES,
        ...limit,
        topicArn: role === "writer" ? topics.criticalArn : topics.warningArn,
      });
    }
  }
  if (watched.maxReaders === 0) return;
  createAlarm(parent, `${name}-lag-alarm`, {
    platform,
    description: "A reader is more than 1 s behind for 15 min: viewers read old data. Look at its load.",
    namespace: NAMESPACE,
    metricName: "AuroraReplicaLagMaximum",
    dimensions: { DBClusterIdentifier: cluster },
    statistic: "Maximum",
    ...FIVE_MINUTES,
    threshold: 1000,
    comparison: "GreaterThanThreshold",
    topicArn: topics.warningArn,
  });
}
