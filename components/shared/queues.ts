import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { MAX_RECEIVE_COUNT } from "../../contracts/queues";
import { admit, allow, denyPlainText, policyDocument, type Statement } from "../../lib/iam";
import { named } from "../../lib/tags";
import { createAlarm, type AlertTopics } from "./alarm";
import { policyJson, type Platform } from "./platform";

/** The longest that SQS keeps a message: an outage of the ledger must only queue. */
const RETENTION_SECONDS = 14 * 24 * 3600;

export interface QueueSpec {
  platform: Platform;
  role: string;
  keyArn: pulumi.Input<string>;
  topics: AlertTopics;
  /** Seconds that a received message stays hidden: at least six times the consumer's time-out (AWS Lambda Developer Guide, "Configuring an SQS event source"). */
  visibilitySeconds: number;
  /** Age in seconds of the oldest message at which somebody should look. */
  lateAfterSeconds: number;
  /** What a dead message means for titles. */
  deadMeans: string;
  /** Who hears of a dead message. */
  severity: "critical" | "warning";
  /**
   * What to do with a dead message.
   * @default - read it, mend the cause, send it back by `npm run titles -- redrive`
   */
  remedy?: string;
}

export interface WorkQueue {
  queue: aws.sqs.Queue;
  dead: aws.sqs.Queue;
}

function createSqs(
  parent: pulumi.Resource,
  name: string,
  spec: Pick<QueueSpec, "platform" | "keyArn">,
  args: aws.sqs.QueueArgs,
): aws.sqs.Queue {
  return new aws.sqs.Queue(
    name,
    {
      kmsMasterKeyId: spec.keyArn,
      messageRetentionSeconds: RETENTION_SECONDS,
      tags: named(spec.platform.tags, name),
      ...args,
    },
    { parent },
  );
}

/** TLS only, and who of EventBridge may send: rules, or a bus for its own dead letters. */
export function createQueuePolicy(
  parent: pulumi.Resource,
  name: string,
  queue: aws.sqs.Queue,
  senderArns: pulumi.Input<string>[],
): void {
  const statements: Statement[] = [denyPlainText("sqs:*", [queue.arn])];
  if (senderArns.length > 0) {
    const fromUs = { ArnEquals: { "aws:SourceArn": senderArns } };
    statements.push(
      admit({ Service: "events.amazonaws.com" }, allow("OurEvents", ["sqs:SendMessage"], [queue.arn], fromUs)),
    );
  }
  new aws.sqs.QueuePolicy(
    `${name}-policy`,
    { queueUrl: queue.url, policy: policyJson(policyDocument(statements)) },
    { parent },
  );
}

type DeadSpec = Pick<QueueSpec, "platform" | "role" | "topics" | "deadMeans" | "severity" | "remedy">;

function alarmOnDead(parent: pulumi.Resource, name: string, spec: DeadSpec, dead: aws.sqs.Queue): void {
  const { criticalArn, warningArn } = spec.topics;
  const redrive = `Read the messages of the queue, mend the cause, then send them back: npm run titles -- redrive ${spec.role} --stack ${spec.platform.stack}.`;
  createAlarm(parent, `${name}-dead-alarm`, {
    platform: spec.platform,
    description: `${spec.deadMeans} ${spec.remedy ?? redrive}`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: dead.name },
    statistic: "Maximum",
    period: 60,
    evaluationPeriods: 1,
    threshold: 0,
    comparison: "GreaterThanThreshold",
    topicArn: spec.severity === "critical" ? criticalArn : warningArn,
  });
}

/** A queue with its dead-letter queue, both encrypted and TLS only, and an alarm for dead and for late messages. */
export function createWorkQueue(parent: pulumi.Resource, prefix: string, spec: QueueSpec): WorkQueue {
  const name = `${prefix}-${spec.role}`;
  const dead = createSqs(parent, `${name}-dead`, spec, {});
  const queue = createSqs(parent, name, spec, {
    visibilityTimeoutSeconds: spec.visibilitySeconds,
    receiveWaitTimeSeconds: 20,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: MAX_RECEIVE_COUNT }),
  });
  new aws.sqs.RedriveAllowPolicy(
    `${name}-dead-redrive`,
    {
      queueUrl: dead.url,
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
    },
    { parent },
  );
  createQueuePolicy(parent, `${name}-dead`, dead, []);
  alarmOnDead(parent, name, spec, dead);
  createAlarm(parent, `${name}-late-alarm`, {
    platform: spec.platform,
    description: `The oldest message of ${name} is older than ${spec.lateAfterSeconds / 60} min: its consumer fails, is throttled or is off. Look at its log and errors.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: queue.name },
    statistic: "Maximum",
    period: 300,
    evaluationPeriods: 1,
    threshold: spec.lateAfterSeconds,
    comparison: "GreaterThanThreshold",
    topicArn: spec.topics.warningArn,
  });
  return { queue, dead };
}

/** Where EventBridge and the scheduler put what they could not deliver; nothing consumes it but a person. */
export function createUndelivered(
  parent: pulumi.Resource,
  name: string,
  spec: DeadSpec & Pick<QueueSpec, "keyArn">,
): aws.sqs.Queue {
  const queue = createSqs(parent, name, spec, {
    redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "denyAll" }),
  });
  alarmOnDead(parent, name, spec, queue);
  return queue;
}
