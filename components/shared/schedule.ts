import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { allow, serviceTrust } from "../../lib/iam";
import type { CreatedFunction } from "./function";
import type { Platform } from "./platform";
import { createRole } from "./role";

export interface ScheduleSpec {
  platform: Platform;
  description: string;
  /** `rate(5 minutes)` or `cron(…)`, in UTC. */
  expression: string;
  target: CreatedFunction;
  /** What the function is called with; nothing by default. */
  input?: pulumi.Input<string>;
  /** Takes the calls that the scheduler could not make. */
  undelivered: aws.sqs.Queue;
  /** Encrypts the input and the undelivered calls. */
  dataKeyArn: pulumi.Input<string>;
  /** Seconds for which a call that could not be made is tried again. */
  patience: number;
}

/** Calls a function by the clock. A run that fails is not repeated: the next one does its work. */
export function createSchedule(parent: pulumi.Resource, name: string, spec: ScheduleSpec): void {
  const { platform, target, undelivered, input } = spec;
  const { role, grants } = createRole(parent, `${name}-schedule-role`, {
    platform,
    description: `What the schedule of ${name} may do`,
    trust: serviceTrust("scheduler.amazonaws.com", platform.accountId),
    grants: [
      allow("Invoke", ["lambda:InvokeFunction"], [target.fn.arn]),
      allow("KeepUndelivered", ["sqs:SendMessage"], [undelivered.arn]),
      allow("SealUndelivered", ["kms:Decrypt", "kms:GenerateDataKey"], [spec.dataKeyArn]),
    ],
  });
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-tries`,
    { functionName: target.fn.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: spec.patience },
    { parent },
  );
  new aws.scheduler.Schedule(
    `${name}-schedule`,
    {
      description: spec.description,
      scheduleExpression: spec.expression,
      flexibleTimeWindow: { mode: "OFF" },
      ...(input !== undefined && { kmsKeyArn: spec.dataKeyArn }),
      target: {
        arn: target.fn.arn,
        roleArn: role.arn,
        ...(input !== undefined && { input }),
        deadLetterConfig: { arn: undelivered.arn },
        retryPolicy: { maximumEventAgeInSeconds: spec.patience, maximumRetryAttempts: 2 },
      },
    },
    { parent, dependsOn: [grants] },
  );
}
