/** SQS, SNS, EventBridge, Scheduler, CloudWatch and its logs. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { digest, physicalName } from "../naming";

/** Limits of names: SQS 80, EventBridge rule and Scheduler 64 (API references of the services). */
const QUEUE_NAME_LIMIT = 80;
const RULE_NAME_LIMIT = 64;

const queue: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", QUEUE_NAME_LIMIT);
  const url = `https://sqs.${context.region}.amazonaws.com/${context.accountId}/${name}`;
  return { id: url, outputs: { name, url, arn: arn(context, "sqs", name) } };
};

const queueSetting: Behaviour = ({ inputs }) => ({ id: text(inputs.queueUrl), outputs: {} });

const topic: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  const topicArn = arn(context, "sns", name);
  return { id: topicArn, outputs: { name, arn: topicArn } };
};

const bus: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  return { id: name, outputs: { name, arn: arn(context, "events", `event-bus/${name}`) } };
};

const rule: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", RULE_NAME_LIMIT);
  const owner = text(resource.inputs.eventBusName);
  const path = owner === "" || owner === "default" ? name : `${owner}/${name}`;
  return { id: path, outputs: { name, arn: arn(context, "events", `rule/${path}`) } };
};

const target: Behaviour = (resource) => {
  const { inputs, urn } = resource;
  const targetId = text(inputs.targetId) || digest(urn, 12);
  return { id: `${text(inputs.rule)}-${targetId}`, outputs: { targetId } };
};

const schedule: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", RULE_NAME_LIMIT);
  const group = text(resource.inputs.groupName) || "default";
  return {
    id: `${group}/${name}`,
    outputs: { name, groupName: group, arn: arn(context, "scheduler", `schedule/${group}/${name}`) },
  };
};

const alarm: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  return { id: name, outputs: { name, arn: arn(context, "cloudwatch", `alarm:${name}`) } };
};

const logGroup: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  return { id: name, outputs: { name, arn: arn(context, "logs", `log-group:${name}`) } };
};

const delivery =
  (kind: string): Behaviour =>
  (resource, context) => {
    const name = physicalName(resource, "name", 60);
    return { id: name, outputs: { name, arn: arn(context, "logs", `${kind}:${name}`) } };
  };

const logDelivery: Behaviour = ({ urn }, context) => {
  const id = digest(urn, 16);
  return { id, outputs: { arn: arn(context, "logs", `delivery:${id}`) } };
};

export const MESSAGING: Record<string, Behaviour> = {
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": queueSetting,
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": queueSetting,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": ({ inputs }) => ({ id: text(inputs.arn), outputs: {} }),
  "aws:cloudwatch/eventBus:EventBus": bus,
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ({ inputs }) => ({
    id: text(inputs.eventBusName) || "default",
    outputs: {},
  }),
  "aws:cloudwatch/eventRule:EventRule": rule,
  "aws:cloudwatch/eventTarget:EventTarget": target,
  "aws:scheduler/schedule:Schedule": schedule,
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": delivery("delivery-source"),
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": delivery("delivery-destination"),
  "aws:cloudwatch/logDelivery:LogDelivery": logDelivery,
};
