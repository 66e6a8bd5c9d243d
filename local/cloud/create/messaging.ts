/** Queues, topics, buses, rules and schedules. */
import * as events from "@aws-sdk/client-eventbridge";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { type Creator, creator, orWhenThere, type Tags, tagList } from "../creator.js";

interface QueueInputs {
  name: string;
  kmsMasterKeyId?: string;
  messageRetentionSeconds?: number;
  visibilityTimeoutSeconds?: number;
  receiveWaitTimeSeconds?: number;
  delaySeconds?: number;
  redrivePolicy?: string;
  redriveAllowPolicy?: string;
  tags?: Tags;
}

/** Pulumi's name → the attribute's. */
const QUEUE_ATTRIBUTES = {
  kmsMasterKeyId: "KmsMasterKeyId",
  messageRetentionSeconds: "MessageRetentionPeriod",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  delaySeconds: "DelaySeconds",
  redrivePolicy: "RedrivePolicy",
  redriveAllowPolicy: "RedriveAllowPolicy",
} as const;

function queueAttributes(inputs: QueueInputs): Record<string, string> {
  const pairs = Object.entries(QUEUE_ATTRIBUTES).flatMap(([from, to]) => {
    const value = inputs[from as keyof typeof QUEUE_ATTRIBUTES];
    return value === undefined ? [] : [[to, String(value)]];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}

const queue = creator<QueueInputs>(async ({ queues: client }, properties) => {
  const { name: QueueName, tags } = properties;
  const Attributes = queueAttributes(properties);
  await orWhenThere(["QueueNameExists", "QueueAlreadyExists"], () =>
    client.send(new sqs.CreateQueueCommand({ QueueName, Attributes, tags })),
  );
  const { QueueUrl } = await client.send(new sqs.GetQueueUrlCommand({ QueueName }));
  if (!QueueUrl) throw new Error(`SQS gave no URL for ${QueueName}`);
  await client.send(new sqs.SetQueueAttributesCommand({ QueueUrl, Attributes }));
  return { id: QueueUrl, outputs: { url: QueueUrl } };
});

const queuePolicy = creator<{ queueUrl: string; policy: string }>(async ({ queues }, { queueUrl, policy }) => {
  await queues.send(new sqs.SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { Policy: policy } }));
});

const redriveAllow = creator<{ queueUrl: string; redriveAllowPolicy: string }>(async ({ queues }, properties) => {
  const Attributes = { RedriveAllowPolicy: properties.redriveAllowPolicy };
  await queues.send(new sqs.SetQueueAttributesCommand({ QueueUrl: properties.queueUrl, Attributes }));
});

interface TopicInputs {
  name: string;
  kmsMasterKeyId?: string;
  signatureVersion?: number;
  tags?: Tags;
}

const topic = creator<TopicInputs>(async ({ topics: client }, { name: Name, tags, ...settings }) => {
  // Creating a topic that is there answers with its ARN.
  const { TopicArn } = await client.send(new sns.CreateTopicCommand({ Name, Tags: tagList(tags) }));
  const attributes = { KmsMasterKeyId: settings.kmsMasterKeyId, SignatureVersion: settings.signatureVersion };
  for (const [AttributeName, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const AttributeValue = String(value);
    await client.send(new sns.SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  }
});

const topicPolicy = creator<{ arn: string; policy: string }>(async ({ topics }, { arn, policy }) => {
  const change = { TopicArn: arn, AttributeName: "Policy", AttributeValue: policy };
  await topics.send(new sns.SetTopicAttributesCommand(change));
});

interface BusInputs {
  name: string;
  description?: string;
  kmsKeyIdentifier?: string;
  deadLetterConfig?: { arn: string };
  tags?: Tags;
}

const bus = creator<BusInputs>(async ({ events: client }, properties) => {
  const settings = {
    Name: properties.name,
    Description: properties.description,
    KmsKeyIdentifier: properties.kmsKeyIdentifier,
    DeadLetterConfig: properties.deadLetterConfig && { Arn: properties.deadLetterConfig.arn },
  };
  await orWhenThere(
    ["ResourceAlreadyExistsException"],
    () => client.send(new events.CreateEventBusCommand({ ...settings, Tags: tagList(properties.tags) })),
    () => client.send(new events.UpdateEventBusCommand(settings)),
  );
});

const busPolicy = creator<{ eventBusName: string; policy: string }>(async ({ events: client }, properties) => {
  const grant = { EventBusName: properties.eventBusName, Policy: properties.policy };
  await client.send(new events.PutPermissionCommand(grant));
});

interface RuleInputs {
  name: string;
  description?: string;
  eventBusName?: string;
  eventPattern?: string;
  scheduleExpression?: string;
  state?: events.RuleState;
  tags?: Tags;
}

const rule = creator<RuleInputs>(async ({ events: client }, properties) => {
  await client.send(
    new events.PutRuleCommand({
      Name: properties.name,
      Description: properties.description,
      EventBusName: properties.eventBusName,
      EventPattern: properties.eventPattern,
      ScheduleExpression: properties.scheduleExpression,
      State: properties.state ?? "ENABLED",
      Tags: tagList(properties.tags),
    }),
  );
});

interface Delivery {
  deadLetterConfig?: { arn: string };
  retryPolicy?: { maximumEventAgeInSeconds?: number; maximumRetryAttempts?: number };
}

interface TargetInputs extends Delivery {
  rule: string;
  eventBusName?: string;
  targetId: string;
  arn: string;
  roleArn?: string;
}

const deliveryOf = ({ deadLetterConfig, retryPolicy }: Delivery) => ({
  DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
  RetryPolicy: retryPolicy && {
    MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
    MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
  },
});

const target = creator<TargetInputs>(async ({ events: client }, properties) => {
  const { targetId: Id, arn: Arn, roleArn: RoleArn, rule: Rule, eventBusName: EventBusName } = properties;
  const Targets = [{ Id, Arn, RoleArn, ...deliveryOf(properties) }];
  const reply = await client.send(new events.PutTargetsCommand({ Rule, EventBusName, Targets }));
  const failure = reply.FailedEntries?.[0];
  if (failure) throw new Error(`EventBridge refused the target ${Id}: ${failure.ErrorCode} ${failure.ErrorMessage}`);
});

interface ScheduleInputs {
  name: string;
  description?: string;
  scheduleExpression: string;
  flexibleTimeWindow: { mode: scheduler.FlexibleTimeWindowMode };
  target: Delivery & { arn: string; roleArn: string };
}

const schedule = creator<ScheduleInputs>(async ({ scheduler: client }, properties) => {
  const { target: to } = properties;
  const settings: scheduler.CreateScheduleCommandInput = {
    Name: properties.name,
    Description: properties.description,
    ScheduleExpression: properties.scheduleExpression,
    FlexibleTimeWindow: { Mode: properties.flexibleTimeWindow.mode },
    Target: { Arn: to.arn, RoleArn: to.roleArn, ...deliveryOf(to) },
  };
  await orWhenThere(
    ["ConflictException"],
    () => client.send(new scheduler.CreateScheduleCommand(settings)),
    () => client.send(new scheduler.UpdateScheduleCommand(settings)),
  );
});

export const MESSAGING_CREATORS: Record<string, Creator> = {
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": queuePolicy,
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": redriveAllow,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:cloudwatch/eventBus:EventBus": bus,
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": busPolicy,
  "aws:cloudwatch/eventRule:EventRule": rule,
  "aws:cloudwatch/eventTarget:EventTarget": target,
  "aws:scheduler/schedule:Schedule": schedule,
};
