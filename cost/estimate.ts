/** What a recorded program costs a month. What has no price in the sheet is named, never counted as zero. */
import type { ProgramRecord, ResourceRecord } from "../model/record";
import { PRICES, transferPrice, type PriceId } from "./prices";
import { IDLE, usageOf, type Load, type Usage } from "./usage";

/** The categories of the architecture document's own estimate, and one for what guards the rest. */
export const CATEGORIES = ["Compute", "Storage", "MediaConvert", "Network", "Monitoring", "Security"] as const;
export type Category = (typeof CATEGORIES)[number];

export interface CostLine {
  category: Category;
  item: string;
  /** USD a month; null when a price is not known. */
  monthly: number | null;
  /** How it comes about, or why it is not known. */
  why?: string;
}

export interface Cost {
  currency: "USD";
  lines: CostLine[];
  /** Of the lines that have a price. */
  total: number;
}

type Pricing = (resources: readonly ResourceRecord[], usage: Usage) => CostLine[];

/** `lambdaArmGbSecond` × 3 and the like, summed. */
const sum = (...parts: [PriceId, number][]): number =>
  parts.reduce((total, [id, count]) => total + PRICES[id].usd * count, 0);
const line = (category: Category, item: string, monthly: number | null, why: string): CostLine => ({
  category,
  item,
  monthly,
  why,
});

/** Seconds that one message keeps a function busy, on average: mostly waiting for the services it calls. */
const SECONDS_PER_MESSAGE = 0.3;
const SECONDS_PER_RECONCILE = 1;
/** Normalised minutes a minute of a 1080p source takes: two HD and two SD rungs, audio and captures (`encoding/price.ts`). */
const NORMALISED_PER_MINUTE = 7.4;
/** Segments, manifests and sprites that an hour writes. */
const OBJECTS_PER_HOUR = 3_100;
/** A record with its history, and what a title costs in calls. */
const GB_PER_ASSET = 10e-6;
const LOG_GB_PER_MESSAGE = 2e-6;

const BY_TYPE: Readonly<Record<string, Pricing>> = {
  "aws:kms/key:Key": (keys) => [
    line(
      "Security",
      `KMS, ${keys.length} keys`,
      sum(["kmsKey", keys.length]),
      "$1 a key; the first two rotations add $1 each a year",
    ),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": (alarms) => [
    line("Monitoring", `CloudWatch, ${alarms.length} alarms`, sum(["alarm", alarms.length]), "$0.10 each"),
  ],
  "aws:cloudwatch/logGroup:LogGroup": (groups, { messages, reconcileRuns }) => [
    line(
      "Monitoring",
      `CloudWatch Logs, ${groups.length} groups`,
      sum(["logIngested", (messages + reconcileRuns) * LOG_GB_PER_MESSAGE]),
      "$0.50 a GB taken in",
    ),
  ],
  "aws:lambda/function:Function": (functions, { messages, reconcileRuns }) => {
    const gb = Math.max(...functions.map(({ inputs }) => Number(inputs.memorySize ?? 128))) / 1024;
    const seconds = messages * SECONDS_PER_MESSAGE + reconcileRuns * SECONDS_PER_RECONCILE;
    const cost = sum(["lambdaRequest", messages + reconcileRuns], ["lambdaArmGbSecond", seconds * gb]);
    return [
      line(
        "Compute",
        `Lambda, ${functions.length} functions`,
        cost,
        `${Math.round(seconds)} s, reckoned at the largest size, ${gb} GB`,
      ),
    ];
  },
  "aws:ecs/taskDefinition:TaskDefinition": (definitions) => [
    line(
      "Compute",
      `ECS, ${definitions.length} task definitions`,
      0,
      "nothing runs: the services come with the network",
    ),
  ],
  "aws:sqs/queue:Queue": (queues, { messages }) => [
    line(
      "Compute",
      `SQS, ${queues.length} queues`,
      null,
      `polling by Lambda is billed as requests, and how often it polls an idle queue is not published; ${messages} messages alone are $${sum(["sqsRequest", messages * 3]).toFixed(2)}`,
    ),
  ],
  "aws:scheduler/schedule:Schedule": (_, { reconcileRuns }) => [
    line("Compute", "EventBridge Scheduler", 0, `${reconcileRuns} runs of 14 million free ones`),
  ],
  "aws:cloudwatch/eventBus:EventBus": (buses, { messages }) => [
    line("Compute", `EventBridge, ${buses.length} bus`, sum(["event", messages]), "$1 a million events"),
  ],
  "aws:dynamodb/table:Table": (_, { messages, renditionGb }) => {
    const gb = (renditionGb / 4.5) * GB_PER_ASSET;
    return [
      line(
        "Storage",
        "DynamoDB ledger, on demand",
        sum(["dynamoWrite", messages * 2], ["dynamoRead", messages * 2], ["dynamoStorage", gb], ["dynamoRecovery", gb]),
        "with point-in-time recovery",
      ),
    ];
  },
  "aws:s3/bucket:Bucket": (_, { sourceGb, renditionGb, sourceMinutes }) => [
    line(
      "Storage",
      "S3 sources",
      sum(["s3Standard", sourceGb]),
      `${sourceGb} GB, first month; Glacier after 90 days: $${sum(["s3Glacier", sourceGb]).toFixed(2)}`,
    ),
    line(
      "Storage",
      "S3 renditions",
      sum(["s3Standard", renditionGb], ["s3Put", (sourceMinutes / 60) * OBJECTS_PER_HOUR]),
      `${renditionGb} GB`,
    ),
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": (_, { sourceGb, renditionGb }) => [
    line(
      "Storage",
      "S3 copy in the recovery region",
      sum(["s3InfrequentAccess", sourceGb + renditionGb], ["regionTransfer", sourceGb + renditionGb]),
      "Standard-IA, and the way there",
    ),
  ],
  "aws:mediaconvert/queue:Queue": (_, { sourceMinutes }) => [
    line(
      "MediaConvert",
      "Transcoding, basic tier",
      sum(["mediaConvertBasicMinute", sourceMinutes * NORMALISED_PER_MINUTE]),
      `${sourceMinutes} minutes of 1080p at $${sum(["mediaConvertBasicMinute", NORMALISED_PER_MINUTE]).toFixed(4)}`,
    ),
  ],
  "aws:cloudfront/distribution:Distribution": (_, { transferGb, cdnRequests }) => [
    line(
      "Network",
      "CloudFront, pay as you go",
      transferPrice(transferGb) + sum(["cloudfrontRequest", cdnRequests]),
      `${Math.round(transferGb)} GB, 1 TB free; United States and Europe`,
    ),
  ],
  "aws:cloudwatch/logDelivery:LogDelivery": () => [
    line("Monitoring", "CloudFront access logs", null, "delivery of vended logs to S3: the price was not read"),
  ],
  "aws:sns/topic:Topic": (topics) => [
    line(
      "Monitoring",
      `SNS, ${topics.length} topics`,
      0,
      "the first 1,000 e-mails a month are free; no alarm, no cost",
    ),
  ],
};

/** Types that AWS does not charge for by themselves. */
const FREE: ReadonlySet<string> = new Set([
  "aws:cloudformation/stack:Stack",
  "aws:cloudfront/cachePolicy:CachePolicy",
  "aws:cloudfront/keyGroup:KeyGroup",
  "aws:cloudfront/originAccessControl:OriginAccessControl",
  "aws:cloudfront/publicKey:PublicKey",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
  "aws:cloudwatch/logDeliverySource:LogDeliverySource",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:kms/alias:Alias",
  "aws:kms/keyPolicy:KeyPolicy",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketNotification:BucketNotification",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
]);

/** The month's cost of what a program registers, under a load. */
export function estimate({ resources }: Pick<ProgramRecord, "resources">, load: Load = IDLE): Cost {
  const usage = usageOf(load);
  const byType = Map.groupBy(
    resources.filter(({ custom }) => custom),
    ({ type }) => type,
  );
  const lines = [...byType].flatMap(([type, own]): CostLine[] => {
    const pricing = BY_TYPE[type];
    if (pricing !== undefined) return pricing(own, usage);
    return FREE.has(type)
      ? []
      : [line("Compute", type, null, `${own.length} of a type that the price sheet does not know`)];
  });
  const order = ({ category }: CostLine): number => CATEGORIES.indexOf(category);
  lines.sort((a, b) => order(a) - order(b));
  const rounded = lines.map((one) => ({
    ...one,
    monthly: one.monthly === null ? null : Math.round(one.monthly * 100) / 100,
  }));
  const total = Math.round(rounded.reduce((cents, { monthly }) => cents + (monthly ?? 0) * 100, 0)) / 100;
  return { currency: "USD", lines: rounded, total };
}
