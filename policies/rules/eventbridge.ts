import { admitsService, reportOpenings } from "../documents";
import { resourceRule, stackRule } from "../rule";
import { EVENTS, SQS } from "../tokens";
import { lacksOwnKey } from "./shared";

const busPolicy = stackRule({
  name: "eventbridge-bus-policy",
  displayName: "Buses say who may write",
  description: "A bus of our own has a resource policy.",
  severity: "medium",
  tags: ["eventbridge", "access"],
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html",
  remedy: "add an aws.cloudwatch.EventBusPolicy of this bus that names our roles or account",
  types: EVENTS.bus,
  check: ({ node, report }, graph) => {
    if (graph.referring(node, EVENTS.busPolicy, "eventBusName").length === 0) report("the bus has no resource policy");
  },
});

const busClosed = resourceRule({
  name: "eventbridge-bus-closed",
  displayName: "Bus policies admit nobody unnamed",
  description: "No bus policy admits everybody.",
  severity: "critical",
  tags: ["eventbridge", "access"],
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html",
  remedy: "name the principals that may put events",
  types: EVENTS.busPolicy,
  check: (subject) => reportOpenings(subject.node.inputs.json("policy"), subject),
});

const busEncrypted = stackRule({
  name: "eventbridge-bus-encrypted",
  displayName: "Buses are encrypted with our keys",
  description: "Events wait under a key of ours.",
  severity: "medium",
  tags: ["eventbridge", "encryption"],
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-at-rest-cmkey.html",
  remedy: "set kmsKeyIdentifier to our key",
  types: EVENTS.bus,
  check: ({ node, report }, graph) => {
    const lack = lacksOwnKey(graph, node, "kmsKeyIdentifier");
    if (lack !== undefined) report(`events are not under a key of ours · ${lack}`);
  },
});

const patternSource = resourceRule({
  name: "eventbridge-pattern-source",
  displayName: "Rules name the source of their events",
  description: "A pattern without a source takes events that anybody on the bus may forge or that loop back.",
  severity: "medium",
  tags: ["eventbridge", "events"],
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-patterns-best-practices.html",
  remedy: "add source to eventPattern",
  types: EVENTS.rule,
  check: ({ node: { inputs }, report }) => {
    if (inputs.has("scheduleExpression")) return;
    if (!inputs.json("eventPattern").has("source")) report("the pattern takes events from any source");
  },
});

const targetDeadLetters = resourceRule({
  name: "eventbridge-target-dlq",
  displayName: "Undelivered events are kept",
  description: "EventBridge tries for 24 hours and then drops an event, unless its target has a dead-letter queue.",
  severity: "high",
  tags: ["eventbridge", "delivery"],
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
  remedy: "set deadLetterConfig.arn to a queue of this stack",
  types: EVENTS.target,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.one("deadLetterConfig").has("arn")) report("an undelivered event is dropped");
  },
});

const targetAdmitted = stackRule({
  name: "eventbridge-target-admitted",
  displayName: "Queues admit the rules that write to them",
  description: "EventBridge writes to a queue, also a dead-letter one, only if the queue's policy admits it.",
  severity: "high",
  tags: ["eventbridge", "delivery"],
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
  remedy: "admit events.amazonaws.com to sqs:SendMessage in the queue's policy, with aws:SourceArn of the rule",
  types: EVENTS.target,
  check: ({ node, report, part }, graph) => {
    const queues = ["arn", "deadLetterConfig"].flatMap((property) => graph.linked(node, property, SQS.queue));
    for (const queue of queues) {
      part(() => {
        const holders = [queue, ...graph.referring(queue, SQS.policy, "queueUrl")];
        const admitted = holders.some(({ inputs }) =>
          admitsService(inputs.json("policy"), /^events\./, ["sqs:SendMessage"]),
        );
        if (!admitted) report(`${queue.name} does not admit events.amazonaws.com`);
      });
    }
  },
});

const scheduleDeadLetters = resourceRule({
  name: "schedule-dlq",
  displayName: "Missed schedules are kept",
  description:
    "A call that the scheduler could not make is put into a dead-letter queue, so that somebody hears of it.",
  severity: "medium",
  tags: ["scheduler", "delivery"],
  url: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
  remedy: "set target.deadLetterConfig.arn to a queue of this stack",
  types: EVENTS.schedule,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.one("target").one("deadLetterConfig").has("arn")) report("a call that fails is forgotten");
  },
});

const scheduleEncrypted = stackRule({
  name: "schedule-encrypted",
  displayName: "What schedules send is encrypted with our keys",
  description:
    "The input of a schedule lies under a key of ours. A schedule that sends nothing has nothing to encrypt.",
  severity: "low",
  tags: ["scheduler", "encryption"],
  url: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html",
  remedy: "set kmsKeyArn to our key's ARN",
  types: EVENTS.schedule,
  check: ({ node, report }, graph) => {
    if (!node.inputs.one("target").has("input")) return;
    const lack = lacksOwnKey(graph, node, "kmsKeyArn");
    if (lack !== undefined) report(`the schedule's input is not under a key of ours · ${lack}`);
  },
});

export const eventbridgeRules = [
  busPolicy,
  busClosed,
  busEncrypted,
  patternSource,
  targetDeadLetters,
  targetAdmitted,
  scheduleDeadLetters,
  scheduleEncrypted,
];
