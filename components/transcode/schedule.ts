import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { createAlarm, type AlertTopics } from "../shared/alarm";
import type { CreatedFunction } from "../shared/function";
import type { Platform } from "../shared/platform";
import { createSchedule } from "../shared/schedule";

const EVERY_MINUTES = 5;

export interface ReconcileScheduleSpec {
  platform: Platform;
  target: CreatedFunction;
  undelivered: aws.sqs.Queue;
  dataKeyArn: pulumi.Input<string>;
  topics: AlertTopics;
}

function alarmOnSilence(parent: pulumi.Resource, name: string, spec: ReconcileScheduleSpec): void {
  const watch = {
    platform: spec.platform,
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: spec.target.fn.name },
    statistic: "Sum" as const,
    period: EVERY_MINUTES * 60,
    evaluationPeriods: 3,
    topicArn: spec.topics.warningArn,
  };
  createAlarm(parent, `${name}-failing-alarm`, {
    ...watch,
    description: "reconcile has failed three times running: lost events are not made up for. Look at its log.",
    metricName: "Errors",
    threshold: 0,
    comparison: "GreaterThanThreshold",
  });
  createAlarm(parent, `${name}-silent-alarm`, {
    ...watch,
    description: "reconcile has not run for 15 min: lost events are not made up for. Look at its schedule.",
    metricName: "Invocations",
    threshold: 1,
    comparison: "LessThanThreshold",
    missing: "breaching",
  });
}

/** Runs reconcile every five minutes, and says so when it does not. */
export function createReconcileSchedule(parent: pulumi.Resource, name: string, spec: ReconcileScheduleSpec): void {
  const { platform, target, undelivered, dataKeyArn } = spec;
  createSchedule(parent, name, {
    platform,
    description: "Makes up for lost events",
    expression: `rate(${EVERY_MINUTES} minutes)`,
    target,
    undelivered,
    dataKeyArn,
    patience: EVERY_MINUTES * 60,
  });
  alarmOnSilence(parent, name, spec);
}
