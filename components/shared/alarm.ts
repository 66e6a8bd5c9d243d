import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "./platform";

/** The topics that alarms go to. */
export interface AlertTopics {
  /** A title is stuck or lost, or viewers are hurt. */
  criticalArn: pulumi.Input<string>;
  /** Something is slow or will run out. */
  warningArn: pulumi.Input<string>;
}

export interface AlarmSpec {
  platform: Platform;
  /** Says what is wrong and what to do: it is the text of the message. */
  description: string;
  namespace: string;
  metricName: string;
  dimensions: { [name: string]: pulumi.Input<string> };
  /** `p95`: what 95 of 100 values lie below. */
  statistic: "Average" | "Maximum" | "Minimum" | "Sum" | "p95";
  /** Seconds. */
  period: number;
  evaluationPeriods: number;
  threshold: number;
  comparison: "GreaterThanThreshold" | "LessThanThreshold";
  /** What no data means. An idle queue has none, so it is good by default. */
  missing?: "notBreaching" | "breaching";
  /** In the alarm's region: CloudWatch notifies no topic of another. */
  topicArn: pulumi.Input<string>;
  /**
   * Region of the metric.
   * @default - the platform's
   */
  region?: string;
}

export function createAlarm(parent: pulumi.Resource, name: string, spec: AlarmSpec): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...(spec.region !== undefined && { region: spec.region }),
      alarmDescription: spec.description,
      namespace: spec.namespace,
      metricName: spec.metricName,
      dimensions: spec.dimensions,
      ...(spec.statistic === "p95" ? { extendedStatistic: spec.statistic } : { statistic: spec.statistic }),
      period: spec.period,
      evaluationPeriods: spec.evaluationPeriods,
      threshold: spec.threshold,
      comparisonOperator: spec.comparison,
      treatMissingData: spec.missing ?? "notBreaching",
      alarmActions: [spec.topicArn],
      okActions: [spec.topicArn],
      tags: named(spec.platform.tags, name),
    },
    { parent },
  );
}
