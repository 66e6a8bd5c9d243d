import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { BUS_SOURCE, TRACKED_STATUSES, VIDEO_DETAIL_TYPES } from "../../contracts/events";
import { admit, allow, policyDocument } from "../../lib/iam";
import { named } from "../../lib/tags";
import { policyJson, type Platform } from "../shared/platform";
import { createQueuePolicy, type WorkQueue } from "../shared/queues";

/** EventBridge's own limits: it tries for a day, then the undelivered queue has the event. */
const DELIVERY = { maximumEventAgeInSeconds: 24 * 3600, maximumRetryAttempts: 185 };

interface RouteSpec {
  platform: Platform;
  role: string;
  description: string;
  /** Undefined: the account's default bus, where AWS services send. */
  bus?: aws.cloudwatch.EventBus;
  pattern: pulumi.Output<string>;
  to: WorkQueue;
  undelivered: aws.sqs.Queue;
}

/** A rule, its target, and the queue's policy, which admits this rule and no other sender. */
function createRoute(parent: pulumi.Resource, prefix: string, spec: RouteSpec): aws.cloudwatch.EventRule {
  const name = `${prefix}-${spec.role}`;
  const onBus = spec.bus ? { eventBusName: spec.bus.name } : {};
  const rule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    {
      ...onBus,
      description: spec.description,
      eventPattern: spec.pattern,
      tags: named(spec.platform.tags, `${name}-rule`),
    },
    { parent },
  );
  createQueuePolicy(parent, name, spec.to.queue, [rule.arn]);
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    {
      ...onBus,
      rule: rule.name,
      arn: spec.to.queue.arn,
      deadLetterConfig: { arn: spec.undelivered.arn },
      retryPolicy: DELIVERY,
    },
    { parent },
  );
  return rule;
}

export interface RoutingSpec {
  platform: Platform;
  bus: aws.cloudwatch.EventBus;
  ingestBucket: pulumi.Input<string>;
  jobQueueArns: pulumi.Input<string>[];
  ingest: WorkQueue;
  transcodeEvents: WorkQueue;
  storyboard: WorkQueue;
  catalogue: WorkQueue;
  undelivered: aws.sqs.Queue;
}

/** Which event goes to which queue. Any folder of the ingest bucket is an upload, so its rule filters on the bucket alone. */
export function createRouting(parent: pulumi.Resource, prefix: string, spec: RoutingSpec): void {
  const { platform, bus, undelivered } = spec;
  const shared = { platform, undelivered };
  const rules = [
    createRoute(parent, prefix, {
      ...shared,
      role: "ingest",
      description: "An object has arrived in the ingest bucket",
      pattern: pulumi.jsonStringify({
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [spec.ingestBucket] } },
      }),
      to: spec.ingest,
    }),
    createRoute(parent, prefix, {
      ...shared,
      role: "transcode-events",
      description: "A job in one of our queues has changed its state",
      pattern: pulumi.jsonStringify({
        source: ["aws.mediaconvert"],
        "detail-type": ["MediaConvert Job State Change"],
        detail: { queue: spec.jobQueueArns, status: [...TRACKED_STATUSES] },
      }),
      to: spec.transcodeEvents,
    }),
    createRoute(parent, prefix, {
      ...shared,
      bus,
      role: "storyboard",
      description: "A job is complete: its pictures are wanted",
      pattern: pulumi.jsonStringify({ source: [BUS_SOURCE], "detail-type": ["StoryboardRequested"] }),
      to: spec.storyboard,
    }),
    createRoute(parent, prefix, {
      ...shared,
      bus,
      role: "catalogue",
      description: "A title has reached an end or is held",
      pattern: pulumi.jsonStringify({ source: [BUS_SOURCE], "detail-type": [...VIDEO_DETAIL_TYPES] }),
      to: spec.catalogue,
    }),
  ];
  createQueuePolicy(parent, `${prefix}-undelivered`, undelivered, [...rules.map((rule) => rule.arn), bus.arn]);
}

/** The bus "vod" of the stack. Events that its key cannot encrypt go to the undelivered queue. */
export function createBus(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  keyArn: pulumi.Input<string>,
  undelivered: aws.sqs.Queue,
): aws.cloudwatch.EventBus {
  return new aws.cloudwatch.EventBus(
    name,
    {
      description: "What happens to titles",
      kmsKeyIdentifier: keyArn,
      deadLetterConfig: { arn: undelivered.arn },
      tags: named(platform.tags, name),
    },
    { parent },
  );
}

/** Only the pipeline's own roles put events, and only in the pipeline's name. */
export function createBusPolicy(
  parent: pulumi.Resource,
  name: string,
  bus: aws.cloudwatch.EventBus,
  roleArns: pulumi.Input<string>[],
): void {
  const inOurName = { StringEquals: { "events:source": BUS_SOURCE } };
  const statement = admit({ AWS: roleArns }, allow("Pipeline", ["events:PutEvents"], [bus.arn], inOurName));
  new aws.cloudwatch.EventBusPolicy(
    `${name}-policy`,
    { eventBusName: bus.name, policy: policyJson(policyDocument([statement])) },
    { parent },
  );
}
