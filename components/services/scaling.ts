import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import {
  BACKLOG_PER_TASK,
  BACKLOG_STEPS,
  backlogQueries,
  planPeak,
  trackCpu,
  trackMemory,
  trackRequests,
  type MetricNames,
  type ServiceScaling,
} from "./scaling.plan";

export interface ScalingSpec {
  platform: Platform;
  cluster: aws.ecs.Cluster;
  service: aws.ecs.Service;
  bounds: ServiceScaling;
  warningArn: pulumi.Input<string>;
  /** Of what answers requests. */
  requests?: { balancer: pulumi.Input<string>; groups: pulumi.Input<string>[] };
  /** Of what takes messages: its queue's name. */
  queueName?: pulumi.Input<string>;
}

type PolicySettings = Pick<
  aws.appautoscaling.PolicyArgs,
  "policyType" | "targetTrackingScalingPolicyConfiguration" | "stepScalingPolicyConfiguration"
>;

/** The least number of tasks follows the clock; an update must not undo the evening's. */
function createTarget(parent: pulumi.Resource, name: string, spec: ScalingSpec): aws.appautoscaling.Target {
  const { cluster, service, bounds, platform } = spec;
  return new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      minCapacity: bounds.minTasks,
      maxCapacity: bounds.maxTasks,
      tags: named(platform.tags, name),
    },
    { parent, ...(bounds.peak && { ignoreChanges: ["minCapacity"] }) },
  );
}

/** Adds workers while messages wait; whoever tracks CPU and memory takes them away again. */
function createBacklogAlarm(
  parent: pulumi.Resource,
  name: string,
  spec: ScalingSpec & { queueName: pulumi.Input<string> },
  names: MetricNames,
  policy: aws.appautoscaling.Policy,
): void {
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: `More than ${BACKLOG_PER_TASK} messages wait for each worker: workers are added. If it lasts, read the worker's log.`,
      metricQueries: backlogQueries(names, spec.queueName),
      evaluationPeriods: 2,
      threshold: BACKLOG_PER_TASK,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn, spec.warningArn],
      okActions: [spec.warningArn],
      tags: named(spec.platform.tags, name),
    },
    { parent },
  );
}

/**
 * Scales a service: by CPU and memory, by requests or by what waits in its queue, and by the clock. Any of them may add
 * tasks; all that track a value must agree to take some away (Application Auto Scaling User Guide).
 */
export function createScaling(parent: pulumi.Resource, name: string, spec: ScalingSpec): void {
  const { bounds, requests, queueName } = spec;
  const target = createTarget(parent, `${name}-scaling`, spec);
  const { resourceId, scalableDimension, serviceNamespace } = target;
  const place = { resourceId, scalableDimension, serviceNamespace };
  const names: MetricNames = { cluster: spec.cluster.name, service: spec.service.name };
  const policy = (role: string, settings: PolicySettings): aws.appautoscaling.Policy =>
    new aws.appautoscaling.Policy(`${name}-by-${role}`, { ...place, ...settings }, { parent });
  const track = (role: string, settings: PolicySettings["targetTrackingScalingPolicyConfiguration"]) =>
    policy(role, { policyType: "TargetTrackingScaling", targetTrackingScalingPolicyConfiguration: settings });

  track("cpu", trackCpu());
  track("memory", trackMemory());
  if (requests) track("requests", trackRequests(names, requests.balancer, requests.groups));
  if (queueName !== undefined) {
    const steps = policy("backlog", { policyType: "StepScaling", stepScalingPolicyConfiguration: BACKLOG_STEPS });
    createBacklogAlarm(parent, `${name}-backlog`, { ...spec, queueName }, names, steps);
  }
  for (const { role, schedule, minCapacity } of planPeak(bounds)) {
    new aws.appautoscaling.ScheduledAction(
      `${name}-${role}`,
      { ...place, schedule, timezone: bounds.peak?.timeZone, scalableTargetAction: { minCapacity } },
      { parent },
    );
  }
}
