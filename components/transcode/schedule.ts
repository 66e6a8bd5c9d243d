import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { allow, serviceTrust } from "../../lib/iam";
import { createAlarm, type AlertTopics } from "../shared/alarm";
import type { CreatedFunction } from "../shared/function";
import type { Platform } from "../shared/platform";
import { createRole } from "../shared/role";

const EVERY_MINUTES = 5;

export interface ScheduleSpec {
  platform: Platform;
  target: CreatedFunction;
  undelivered: aws.sqs.Queue;
  dataKeyArn: pulumi.Input<string>;
  topics: AlertTopics;
}

function alarmOnSilence(parent: pulumi.Resource, name: string, spec: ScheduleSpec): void {
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

/** Runs a function every five minutes. A run that fails is not repeated: the next one does its work. */
export function createSchedule(parent: pulumi.Resource, name: string, spec: ScheduleSpec): void {
  const { platform, target, undelivered } = spec;
  const { role, grants } = createRole(parent, `${name}-schedule-role`, {
    platform,
    description: "What the schedule of reconcile may do",
    trust: serviceTrust("scheduler.amazonaws.com", platform.accountId),
    grants: [
      allow("Invoke", ["lambda:InvokeFunction"], [target.fn.arn]),
      allow("KeepUndelivered", ["sqs:SendMessage"], [undelivered.arn]),
      allow("SealUndelivered", ["kms:Decrypt", "kms:GenerateDataKey"], [spec.dataKeyArn]),
    ],
  });
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-tries`,
    { functionName: target.fn.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: EVERY_MINUTES * 60 },
    { parent },
  );
  new aws.scheduler.Schedule(
    `${name}-schedule`,
    {
      description: "Makes up for lost events",
      scheduleExpression: `rate(${EVERY_MINUTES} minutes)`,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: target.fn.arn,
        roleArn: role.arn,
        deadLetterConfig: { arn: undelivered.arn },
        retryPolicy: { maximumEventAgeInSeconds: EVERY_MINUTES * 60, maximumRetryAttempts: 2 },
      },
    },
    { parent, dependsOn: [grants] },
  );
  alarmOnSilence(parent, name, spec);
}
