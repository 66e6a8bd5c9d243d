import type * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { createAlarm, type AlarmSpec, type AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import type { HttpService } from "./loadBalancer.plan";

const NAMESPACE = "AWS/ApplicationELB";
const MINUTE = 60;

type Watch = Omit<AlarmSpec, "platform" | "namespace" | "dimensions" | "period" | "comparison">;

interface BalancerAlarms {
  platform: Platform;
  alerts: AlertTopics;
  balancer: aws.lb.LoadBalancer;
}

/** What the balancer itself refuses or cannot serve. */
export function createBalancerAlarms(parent: pulumi.Resource, name: string, spec: BalancerAlarms): void {
  const { platform, alerts, balancer } = spec;
  const watch = (role: string, alarm: Watch): void => {
    const dimensions = { LoadBalancer: balancer.arnSuffix };
    const common = { platform, namespace: NAMESPACE, dimensions, period: MINUTE };
    createAlarm(parent, `${name}-${role}`, { ...common, comparison: "GreaterThanThreshold", ...alarm });
  };
  watch("errors", {
    description:
      "The load balancer itself answers 5xx: no healthy target, or none that answers in time. Look at the services' tasks and their health checks.",
    metricName: "HTTPCode_ELB_5XX_Count",
    statistic: "Sum",
    threshold: 10,
    evaluationPeriods: 3,
    topicArn: alerts.criticalArn,
  });
  watch("rejected", {
    description:
      "The load balancer has refused connections, because it was at its limit. Look at RequestCount and NewConnectionCount; ask for reserved capacity before an announced peak.",
    metricName: "RejectedConnectionCount",
    statistic: "Sum",
    threshold: 0,
    evaluationPeriods: 1,
    topicArn: alerts.criticalArn,
  });
}

/** What the tasks of one group do. Rollbacks rest on these alarms, so each looks at one group alone. */
export function createTargetAlarms(
  parent: pulumi.Resource,
  name: string,
  spec: BalancerAlarms & { service: HttpService; group: aws.lb.TargetGroup },
): aws.cloudwatch.MetricAlarm[] {
  const { platform, alerts, balancer, group, service } = spec;
  const watch = (role: string, alarm: Watch): aws.cloudwatch.MetricAlarm => {
    const dimensions = { LoadBalancer: balancer.arnSuffix, TargetGroup: group.arnSuffix };
    const common = { platform, namespace: NAMESPACE, dimensions, period: MINUTE };
    return createAlarm(parent, `${name}-${role}`, { ...common, comparison: "GreaterThanThreshold", ...alarm });
  };
  return [
    watch("errors", {
      description: `Tasks of ${service} answer 5xx. Read the service's log for the time of the alarm.`,
      metricName: "HTTPCode_Target_5XX_Count",
      statistic: "Sum",
      threshold: 5,
      evaluationPeriods: 2,
      topicArn: alerts.criticalArn,
    }),
    watch("latency", {
      description: `One in twenty answers of ${service} takes longer than a second. Look at the database's load, the cache's hits and the number of tasks.`,
      metricName: "TargetResponseTime",
      statistic: "p95",
      threshold: 1,
      evaluationPeriods: 5,
      topicArn: alerts.warningArn,
    }),
    watch("unhealthy", {
      description: `A task of ${service} fails its health check. ECS replaces it; when this stays, read the log of the newest task.`,
      metricName: "UnHealthyHostCount",
      statistic: "Maximum",
      threshold: 0,
      evaluationPeriods: 3,
      topicArn: alerts.warningArn,
    }),
  ];
}
