import { deniesPlainText, reportOpenings } from "../documents";
import type { Graph, ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { LAMBDA, SNS, SQS, WATCH } from "../tokens";
import { isDeadLetterQueue, lacksOwnKey } from "./shared";

/** Seconds; the longest that SQS keeps a message (SQS API, SetQueueAttributes). */
const FOURTEEN_DAYS = 1_209_600;
/** Lambda Developer Guide, "Configuring an Amazon SQS queue to use with Lambda". */
const TIMEOUTS_IN_VISIBILITY = 6;
/** Seconds; defaults of SQS and of Lambda. */
const DEFAULT_VISIBILITY = 30;
const DEFAULT_TIMEOUT = 3;

const encrypted = stackRule({
  name: "sqs-encrypted",
  displayName: "Queues are encrypted with our keys",
  description: "Messages lie under a key whose grants we can withdraw and whose use is logged.",
  severity: "high",
  tags: ["sqs", "encryption"],
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
  remedy: "set kmsMasterKeyId to our key, and leave sqsManagedSseEnabled out",
  types: SQS.queue,
  check: ({ node, report }, graph) => {
    const lack = lacksOwnKey(graph, node, "kmsMasterKeyId");
    if (lack !== undefined) report(`messages are not under a key of ours · ${lack}`);
  },
});

const retention = resourceRule({
  name: "sqs-retention",
  displayName: "Queues keep messages for 14 days",
  description: "While the ledger or the catalogue is away, uploads only queue: for as long as SQS allows.",
  severity: "high",
  tags: ["sqs", "recovery"],
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-queue-parameters.html",
  remedy: `set messageRetentionSeconds: ${FOURTEEN_DAYS}`,
  types: SQS.queue,
  check: ({ node: { inputs }, report }) => {
    const seconds = inputs.number("messageRetentionSeconds") ?? 345_600;
    if (seconds !== FOURTEEN_DAYS) report(`messages are lost after ${seconds / 86_400} days`);
  },
});

const redrivesOf = (graph: Graph, queue: ResourceNode): ResourceNode[] =>
  [queue, ...graph.referring(queue, SQS.redrive, "queueUrl")].filter(({ inputs }) => inputs.has("redrivePolicy"));

const deadLetters = stackRule({
  name: "sqs-dlq",
  displayName: "Queues have a dead-letter queue",
  description: "A message that cannot be handled is put aside with its content, instead of blocking or vanishing.",
  severity: "critical",
  tags: ["sqs", "delivery"],
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  remedy: "set redrivePolicy with deadLetterTargetArn of another queue of this stack and maxReceiveCount of 2 or more",
  types: SQS.queue,
  check: ({ node, report, part }, graph) => {
    if (isDeadLetterQueue(graph, node)) return;
    const redrives = redrivesOf(graph, node);
    if (redrives.length === 0) report("the queue has no dead-letter queue");
    for (const redrive of redrives) {
      if (graph.linked(redrive, "redrivePolicy", SQS.queue).length === 0)
        report("the dead-letter queue is no queue of this stack");
      part(() => {
        const count = redrive.inputs.json("redrivePolicy").number("maxReceiveCount") ?? 0;
        if (count < 2) report(`one failure puts a message aside · maxReceiveCount ${count}`);
      });
    }
  },
});

const redriveAllow = stackRule({
  name: "sqs-redrive-allow",
  displayName: "Dead-letter queues take from named queues",
  description: "A dead-letter queue names the queues that may use it; by default every queue of the account may.",
  severity: "low",
  tags: ["sqs", "access"],
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html",
  remedy: 'add an aws.sqs.RedriveAllowPolicy with redrivePermission "byQueue" and sourceQueueArns',
  types: SQS.queue,
  check: ({ node, report, part }, graph) => {
    const sources = [
      ...graph.referring(node, SQS.queue, "redrivePolicy"),
      ...graph.referring(node, SQS.redrive, "redrivePolicy"),
    ];
    if (sources.length === 0) return;
    const holders = [node, ...graph.referring(node, SQS.redriveAllow, "queueUrl")].filter(({ inputs }) =>
      inputs.has("redriveAllowPolicy"),
    );
    if (holders.length === 0) report("every queue of the account may use this dead-letter queue");
    for (const { inputs } of holders) {
      part(() => {
        const permission = inputs.json("redriveAllowPolicy").text("redrivePermission") ?? "allowAll";
        if (permission !== "byQueue") report(`this dead-letter queue does not name its sources · ${permission}`);
      });
    }
  },
});

const visibility = stackRule({
  name: "sqs-visibility",
  displayName: "Messages stay hidden while a function works",
  description: `A message comes back only after ${TIMEOUTS_IN_VISIBILITY} times the function's time-out; earlier, it is handled twice.`,
  severity: "high",
  tags: ["sqs", "lambda", "delivery"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
  remedy: `set visibilityTimeoutSeconds to at least ${TIMEOUTS_IN_VISIBILITY} times the function's timeout`,
  types: LAMBDA.eventSource,
  check: ({ node, report, part }, graph) => {
    for (const queue of graph.linked(node, "eventSourceArn", SQS.queue)) {
      for (const handler of graph.linked(node, "functionName", LAMBDA.function)) {
        part(() => {
          const hidden = queue.inputs.number("visibilityTimeoutSeconds") ?? DEFAULT_VISIBILITY;
          const least = TIMEOUTS_IN_VISIBILITY * (handler.inputs.number("timeout") ?? DEFAULT_TIMEOUT);
          if (hidden < least) report(`${queue.name} hides messages for ${hidden} s, ${handler.name} needs ${least} s`);
        });
      }
    }
  },
});

const tlsOnly = stackRule({
  name: "sqs-tls-only",
  displayName: "Queues refuse plain HTTP",
  description: "A queue policy denies every request that does not come by TLS.",
  severity: "high",
  tags: ["sqs", "tls"],
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  remedy: 'deny sqs:* to Principal "*" under Bool aws:SecureTransport "false" in the queue\'s policy',
  types: SQS.queue,
  check: ({ node, report }, graph) => {
    const holders = [node, ...graph.referring(node, SQS.policy, "queueUrl")];
    if (!holders.some(({ inputs }) => deniesPlainText(inputs.json("policy"))))
      report("no queue policy denies plain HTTP");
  },
});

const policyClosed = resourceRule({
  name: "sqs-policy-closed",
  displayName: "Queue policies admit nobody unnamed",
  description: "No queue policy admits everybody, and services are admitted for our own rules or account only.",
  severity: "critical",
  tags: ["sqs", "access"],
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-creating-custom-policies.html",
  remedy: "name the principal; give services a condition on aws:SourceArn or aws:SourceAccount",
  types: [...SQS.queue, ...SQS.policy],
  check: (subject) => reportOpenings(subject.node.inputs.json("policy"), subject),
});

/** Whether an alarm goes off at the first message. */
const firesAtOne = ({ inputs }: ResourceNode): boolean =>
  (inputs.text("comparisonOperator") === "GreaterThanThreshold" && inputs.number("threshold") === 0) ||
  (inputs.text("comparisonOperator") === "GreaterThanOrEqualToThreshold" && inputs.number("threshold") === 1);

const alarmed = stackRule({
  name: "dlq-alarm",
  displayName: "Somebody hears of every dead letter",
  description: "Each dead-letter queue has an alarm that goes off at the first message and notifies a topic of ours.",
  severity: "critical",
  tags: ["sqs", "alarms", "delivery"],
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
  remedy:
    "add an aws.cloudwatch.MetricAlarm on AWS/SQS ApproximateNumberOfMessagesVisible of this QueueName, GreaterThanThreshold 0, with alarmActions of a topic of this stack",
  types: SQS.queue,
  check: ({ node, report }, graph) => {
    if (!isDeadLetterQueue(graph, node)) return;
    const alarms = graph
      .referring(node, WATCH.alarm, "dimensions")
      .filter(({ inputs }) => inputs.text("metricName") === "ApproximateNumberOfMessagesVisible");
    if (alarms.length === 0) return report("no alarm watches this dead-letter queue");
    if (!alarms.some(firesAtOne)) report("no alarm goes off at the first message");
    if (!alarms.some((alarm) => graph.linked(alarm, "alarmActions", SNS.topic).length > 0))
      report("the alarm notifies no topic of this stack");
  },
});

export const sqsRules = [encrypted, retention, deadLetters, redriveAllow, visibility, tlsOnly, policyClosed, alarmed];
