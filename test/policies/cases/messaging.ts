/** Cases of SQS, SNS, EventBridge, Scheduler, DynamoDB, alarms and what holds for every resource. */
import { add, arn, doc, drop, fails, inStack, passes, set, unset, url, type Case } from "../support/given";

const SQS_CASES: Case[] = [
  fails("sqs-encrypted", "work", "kmsMasterKeyId is not set", unset("work", "kmsMasterKeyId")),
  fails("sqs-encrypted", "work", "alias/aws/sqs", set("work", "kmsMasterKeyId", "alias/aws/sqs")),
  fails("sqs-retention", "work", "lost after 4 days", unset("work", "messageRetentionSeconds")),
  fails("sqs-retention", "dead", "lost after 1 days", set("dead", "messageRetentionSeconds", 86_400)),
  fails("sqs-dlq", "work", "no dead-letter queue", unset("work", "redrivePolicy")),
  fails("sqs-dlq", "work", "maxReceiveCount 1", set("work", "redrivePolicy.maxReceiveCount", 1)),
  fails(
    "sqs-dlq",
    "work",
    "no queue of this stack",
    set("work", "redrivePolicy.deadLetterTargetArn", "arn:aws:sqs:us-east-1:000000000000:elsewhere"),
  ),
  passes(
    "sqs-dlq",
    "by a resource of its own",
    unset("work", "redrivePolicy"),
    add("aws:sqs/redrivePolicy:RedrivePolicy", "work-redrive", {
      queueUrl: url("work"),
      redrivePolicy: doc({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 3 }),
    }),
  ),
  fails("sqs-redrive-allow", "dead", "every queue of the account", drop("dead-allow")),
  fails(
    "sqs-redrive-allow",
    "dead",
    "does not name its sources · allowAll",
    set("dead-allow", "redriveAllowPolicy", doc({ redrivePermission: "allowAll" })),
  ),
  fails("sqs-visibility", "ingest-feed", "hides messages for 1079 s", set("work", "visibilityTimeoutSeconds", 1079)),
  fails("sqs-visibility", "ingest-feed", "hides messages for 30 s", unset("work", "visibilityTimeoutSeconds")),
  fails("sqs-visibility", "ingest-feed", "needs 5400 s", set("ingest-function", "timeout", 900)),
  passes("sqs-visibility", "a function of 3 s by default", unset("ingest-function", "timeout")),
  fails("sqs-tls-only", "dead", "no queue policy denies plain HTTP", drop("dead-policy")),
  fails(
    "sqs-tls-only",
    "work",
    "no queue policy denies plain HTTP",
    set("work-policy", "policy.Statement.0.Effect", "Allow"),
  ),
  fails(
    "sqs-policy-closed",
    "work-policy",
    "admits everybody",
    set("work-policy", "policy.Statement.1.Principal", "*"),
  ),
  fails(
    "sqs-policy-closed",
    "work-policy",
    "events.amazonaws.com",
    unset("work-policy", "policy.Statement.1.Condition"),
  ),
  fails(
    "sqs-policy-closed",
    "work",
    "admits everybody",
    set("work", "policy", doc({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:*" }] })),
  ),
  fails("dlq-alarm", "dead", "no alarm watches", drop("dead-alarm")),
  fails("dlq-alarm", "undelivered", "no alarm watches", drop("undelivered-alarm")),
  ...[
    [unset("bus", "deadLetterConfig"), drop("reconcile-schedule")],
    [unset("jobs-target", "deadLetterConfig"), drop("reconcile-schedule")],
    [unset("jobs-target", "deadLetterConfig"), unset("bus", "deadLetterConfig")],
  ].map((others) => fails("dlq-alarm", "undelivered", "no alarm watches", drop("undelivered-alarm"), ...others)),
  fails("dlq-alarm", "dead", "no alarm watches", set("dead-alarm", "metricName", "NumberOfMessagesSent")),
  fails("dlq-alarm", "dead", "no alarm goes off at the first message", set("dead-alarm", "threshold", 10)),
  fails("dlq-alarm", "dead", "notifies no topic", unset("dead-alarm", "alarmActions")),
  fails(
    "dlq-alarm",
    "dead",
    "notifies no topic",
    set("dead-alarm", "alarmActions", ["arn:aws:sns:us-east-1:000000000000:somebody"]),
  ),
  passes(
    "dlq-alarm",
    "at least one message is the same as more than none",
    set("dead-alarm", "comparisonOperator", "GreaterThanOrEqualToThreshold"),
    set("dead-alarm", "threshold", 1),
  ),
];

const SNS_CASES: Case[] = [
  fails("sns-encrypted", "critical", "kmsMasterKeyId is not set", unset("critical", "kmsMasterKeyId")),
  fails("sns-encrypted", "critical", "alias/aws/sns", set("critical", "kmsMasterKeyId", "alias/aws/sns")),
  fails("sns-tls-only", "critical", "no topic policy denies plain HTTP", drop("critical-policy")),
  fails(
    "sns-policy-closed",
    "critical-policy",
    "admits everybody",
    set("critical-policy", "policy.Statement.1.Principal", { AWS: ["*"] }),
  ),
  fails(
    "sns-policy-closed",
    "critical-policy",
    "cloudwatch.amazonaws.com",
    unset("critical-policy", "policy.Statement.1.Condition"),
  ),
];

const EVENT_CASES: Case[] = [
  fails("eventbridge-bus-policy", "bus", "no resource policy", drop("bus-policy")),
  fails(
    "eventbridge-bus-closed",
    "bus-policy",
    "admits everybody",
    set("bus-policy", "policy.Statement.0.Principal", "*"),
  ),
  fails("eventbridge-bus-encrypted", "bus", "kmsKeyIdentifier is not set", unset("bus", "kmsKeyIdentifier")),
  fails("eventbridge-pattern-source", "jobs-rule", "from any source", unset("jobs-rule", "eventPattern.source")),
  passes(
    "eventbridge-pattern-source",
    "a rule by the clock has no pattern",
    add("aws:cloudwatch/eventRule:EventRule", "clock", { scheduleExpression: "rate(1 day)" }),
  ),
  fails(
    "eventbridge-target-dlq",
    "jobs-target",
    "an undelivered event is dropped",
    unset("jobs-target", "deadLetterConfig"),
  ),
  fails(
    "eventbridge-target-admitted",
    "jobs-target",
    "work does not admit events.amazonaws.com",
    unset("work-policy", "policy.Statement.1"),
  ),
  fails(
    "eventbridge-target-admitted",
    "jobs-target",
    "undelivered does not admit",
    set("undelivered-policy", "policy.Statement.1.Action", ["sqs:ReceiveMessage"]),
  ),
  fails("schedule-dlq", "reconcile-schedule", "is forgotten", unset("reconcile-schedule", "target.deadLetterConfig")),
  fails("schedule-encrypted", "reconcile-schedule", "kmsKeyArn is not set", unset("reconcile-schedule", "kmsKeyArn")),
  passes(
    "schedule-encrypted",
    "nothing sent, nothing to encrypt",
    unset("reconcile-schedule", "kmsKeyArn"),
    unset("reconcile-schedule", "target.input"),
  ),
];

const DYNAMODB_CASES: Case[] = [
  fails(
    "dynamodb-encryption",
    "ledger",
    "serverSideEncryption is not enabled",
    unset("ledger", "serverSideEncryption"),
  ),
  fails("dynamodb-encryption", "ledger", "kmsKeyArn is not set", unset("ledger", "serverSideEncryption.kmsKeyArn")),
  fails(
    "dynamodb-encryption",
    "ledger",
    "alias/aws/dynamodb",
    set("ledger", "serverSideEncryption.kmsKeyArn", "arn:aws:kms:us-east-1:000000000000:alias/aws/dynamodb"),
  ),
  passes("dynamodb-encryption", "any other key", set("ledger", "serverSideEncryption.kmsKeyArn", arn("media-key"))),
  fails("dynamodb-pitr", "ledger", "no point-in-time recovery", set("ledger", "pointInTimeRecovery.enabled", false)),
  fails("dynamodb-on-demand", "ledger", "billingMode PROVISIONED", unset("ledger", "billingMode")),
  inStack(
    "staging",
    fails(
      "dynamodb-deletion-protection",
      "ledger",
      "deleted in one step",
      unset("ledger", "deletionProtectionEnabled"),
    ),
  ),
  passes("dynamodb-deletion-protection", "dev may be torn down", unset("ledger", "deletionProtectionEnabled")),
];

const ALARM_CASES: Case[] = [
  fails("alarm-actions", "dead-alarm", "notifies no topic", set("dead-alarm", "alarmActions", [])),
  fails("alarm-actions", "dead-alarm", "the alarm's actions are off", set("dead-alarm", "actionsEnabled", false)),
];

const GLOBAL_CASES: Case[] = [
  ...[
    ["aws:ssmincidents/responsePlan:ResponsePlan", "Step Functions"],
    ["aws:ssmcontacts/contact:Contact", "Step Functions"],
    ["aws:cloudtrail/eventDataStore:EventDataStore", "Athena"],
    ["aws:pinpoint/app:App", "SES"],
    ["aws:elastictranscoder/pipeline:Pipeline", "MediaConvert"],
    ["aws:mediastore/container:Container", "S3"],
  ].map(([type = "", instead = ""]) => fails("no-closed-services", "closed", instead, add(type, "closed"))),
  ...[
    "aws:rds/reservedInstance:ReservedInstance",
    "aws:elasticache/reservedCacheNode:ReservedCacheNode",
    "aws:savingsplans/savingsPlan:SavingsPlan",
  ].map((type) => fails("no-commitments", "year", type, add(type, "year"))),
  fails("global-edge-in-use1", "cdn-log-source", "the stack's own", unset("cdn-log-source", "region")),
  fails("global-edge-in-use1", "cdn-log-destination", "eu-west-1", set("cdn-log-destination", "region", "eu-west-1")),
  fails("global-edge-in-use1", "cdn-log", "us-west-2", set("cdn-log", "region", "us-west-2")),
  fails(
    "global-edge-in-use1",
    "acl",
    "the stack's own",
    add("aws:wafv2/webAcl:WebAcl", "acl", { scope: "CLOUDFRONT" }),
  ),
  passes("global-edge-in-use1", "a regional web ACL", add("aws:wafv2/webAcl:WebAcl", "acl", { scope: "REGIONAL" })),
  passes(
    "global-edge-in-use1",
    "a log delivery of something else",
    unset("cdn-log-source", "region"),
    set("cdn-log-source", "resourceArn", arn("bus")),
  ),
  fails("required-tags", "media", "Stack", unset("media", "tags.Stack")),
  fails("required-tags", "jobs", "Project, Stack, ManagedBy", unset("jobs", "tags")),
];

export const messagingCases: Case[] = [
  ...SQS_CASES,
  ...SNS_CASES,
  ...EVENT_CASES,
  ...DYNAMODB_CASES,
  ...ALARM_CASES,
  ...GLOBAL_CASES,
];
