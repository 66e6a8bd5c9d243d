/** What a recorded program costs a month. What has no price in the sheet is named, never counted as zero. */
import type { ProgramRecord, ResourceRecord } from "../model/record";
import { ALLOWANCES, PRICES, transferPrice, type PriceId } from "./prices";
import {
  GB_PER_TITLE_RECORD,
  HOURS_PER_MONTH,
  IDLE,
  LOG_GB_PER_CALL,
  NORMALISED_PER_MINUTE,
  POLLS_PER_MAPPING,
  SECONDS_PER_MESSAGE,
  SECONDS_PER_RECONCILE,
  usageOf,
  type Load,
  type Usage,
} from "./usage";

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

/** Prices the resources of one type; `count` tells how many there are of another. */
type Pricing = (resources: readonly ResourceRecord[], usage: Usage, count: (type: string) => number) => CostLine[];

/** `lambdaArmGbSecond` × 3 and the like, summed. */
const sum = (...parts: [PriceId, number][]): number =>
  parts.reduce((total, [id, count]) => total + PRICES[id].usd * count, 0);
const line = (category: Category, item: string, monthly: number | null, why: string): CostLine => ({
  category,
  item,
  monthly,
  why,
});

/** `1 key`, `5 keys`. */
const counted = (of: readonly unknown[], noun: string): string => `${of.length} ${noun}${of.length === 1 ? "" : "s"}`;
const beyond = (amount: number, free: number): number => Math.max(0, amount - free);
const usd = (value: number, digits = 2): string => `$${value.toFixed(digits)}`;
const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");

const COMPUTE: Readonly<Record<string, Pricing>> = {
  "aws:lambda/function:Function": (functions, { messages, reconcileRuns }) => {
    const gb = Math.max(...functions.map(({ inputs }) => Number(inputs.memorySize ?? 128))) / 1024;
    const seconds = messages * SECONDS_PER_MESSAGE + reconcileRuns * SECONDS_PER_RECONCILE;
    const cost = sum(["lambdaRequest", messages + reconcileRuns], ["lambdaArmGbSecond", seconds * gb]);
    const why = `${thousands(seconds)} s, reckoned at the largest function's ${gb} GB`;
    return [line("Compute", `Lambda, ${counted(functions, "function")}`, cost, why)];
  },
  "aws:ecs/taskDefinition:TaskDefinition": (definitions, _usage, count) => {
    const item = `ECS, ${counted(definitions, "task definition")}`;
    return count("aws:ecs/service:Service") === 0
      ? [line("Compute", item, 0, "no service runs them")]
      : [line("Compute", item, null, "running tasks are not priced yet")];
  },
  "aws:sqs/queue:Queue": (queues, { messages }, count) => {
    const mappings = count("aws:lambda/eventSourceMapping:EventSourceMapping");
    const requests = mappings * POLLS_PER_MAPPING + messages * 3;
    const cost = sum(["sqsRequest", beyond(requests, ALLOWANCES.sqsRequests)]);
    const why = `${thousands(requests)} requests, a million is free; how often Lambda asks ${mappings} idle queues is assumed`;
    return [line("Compute", `SQS, ${counted(queues, "queue")}`, cost, why)];
  },
  "aws:scheduler/schedule:Schedule": (_, { reconcileRuns }) => [
    line(
      "Compute",
      "EventBridge Scheduler",
      sum(["scheduledRun", beyond(reconcileRuns, ALLOWANCES.scheduledRuns)]),
      `${thousands(reconcileRuns)} runs, 14 million are free`,
    ),
  ],
  "aws:cloudwatch/eventBus:EventBus": (_, { messages }) => [
    line("Compute", "EventBridge", sum(["event", messages]), `${thousands(messages)} events`),
  ],
};

const STORAGE: Readonly<Record<string, Pricing>> = {
  "aws:dynamodb/table:Table": (_, { messages, titles }) => {
    const gb = titles * GB_PER_TITLE_RECORD;
    const calls = sum(["dynamoWrite", messages * 2], ["dynamoRead", messages * 2]);
    const kept = sum(["dynamoStorage", gb], ["dynamoRecovery", gb]);
    return [line("Storage", "DynamoDB ledger, on demand", calls + kept, "with point-in-time recovery")];
  },
  "aws:s3/bucket:Bucket": (_, { sourceGb, renditionGb, segments }) => [
    line("Storage", "S3 sources", sum(["s3Standard", sourceGb]), `${thousands(sourceGb)} GB, in their first month`),
    line(
      "Storage",
      "S3 renditions",
      sum(["s3Standard", renditionGb], ["s3Put", segments]),
      `${thousands(renditionGb)} GB, in their first month`,
    ),
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": (_, { sourceGb, renditionGb }) => {
    const gb = sourceGb + renditionGb;
    const cost = sum(["s3InfrequentAccess", gb], ["regionTransfer", gb]);
    return [line("Storage", "S3 copy in the recovery region", cost, "Standard-IA, and the way there")];
  },
  "aws:mediaconvert/queue:Queue": (_, { sourceMinutes }) => {
    const minute = sum(["mediaConvertBasicMinute", NORMALISED_PER_MINUTE]);
    const why = `${thousands(sourceMinutes)} minutes of 1080p at ${usd(minute, 4)}`;
    return [line("MediaConvert", "Transcoding, basic tier", sourceMinutes * minute, why)];
  },
  "aws:cloudfront/distribution:Distribution": (_, { transferGb, cdnRequests }) => {
    const requests = sum(["cloudfrontRequest", beyond(cdnRequests, ALLOWANCES.cloudfrontRequests)]);
    const why = `${thousands(transferGb)} GB to the United States and Europe; 1 TB and 10 million requests are free`;
    return [line("Network", "CloudFront, pay as you go", transferPrice(transferGb) + requests, why)];
  },
};

/** In how many zones a month's interface endpoints lie, together. */
const endpointZones = (endpoints: readonly ResourceRecord[]): number =>
  endpoints
    .filter(({ inputs }) => inputs.vpcEndpointType === "Interface")
    .reduce((zones, { inputs }) => zones + (Array.isArray(inputs.subnetIds) ? inputs.subnetIds.length : 0), 0);

const NETWORK: Readonly<Record<string, Pricing>> = {
  "aws:ec2/natGateway:NatGateway": (gateways) => [
    line(
      "Network",
      `NAT, ${counted(gateways, "gateway")}`,
      sum(["natHour", gateways.length * HOURS_PER_MONTH]),
      "and $0.045 for each GB, which depends on what the tasks fetch",
    ),
  ],
  "aws:ec2/eip:Eip": (addresses) => [
    line(
      "Network",
      `VPC, public addresses: ${addresses.length}`,
      sum(["publicAddressHour", addresses.length * HOURS_PER_MONTH]),
      "of the NAT gateways",
    ),
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": (endpoints) => {
    const zones = endpointZones(endpoints);
    const cost = sum(["endpointHour", zones * HOURS_PER_MONTH]);
    return [
      line("Network", "PrivateLink, interface endpoints", cost, `${zones} in all zones; S3's and DynamoDB's are free`),
    ];
  },
  "aws:ec2/flowLog:FlowLog": () => [
    line("Monitoring", "VPC flow logs", null, "the price of delivering vended logs to S3 is not in the sheet"),
  ],
};

const GUARD: Readonly<Record<string, Pricing>> = {
  "aws:kms/key:Key": (keys, { kmsRequests, signatures }) => [
    line(
      "Security",
      `KMS, ${counted(keys, "key")}`,
      sum(["kmsKey", keys.length]),
      "each of its first two rotations adds $1",
    ),
    line(
      "Security",
      "KMS requests",
      sum(["kmsRequest", beyond(kmsRequests, ALLOWANCES.kmsRequests) + signatures]),
      `${thousands(kmsRequests)}, 20,000 are free; ${thousands(signatures)} signatures at most`,
    ),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": (alarms) => [
    line("Monitoring", `CloudWatch, ${counted(alarms, "alarm")}`, sum(["alarm", alarms.length]), "$0.10 each"),
  ],
  "aws:cloudwatch/logGroup:LogGroup": (groups, { messages, reconcileRuns, customMetrics }) => {
    const gb = (messages + reconcileRuns) * LOG_GB_PER_CALL;
    return [
      line(
        "Monitoring",
        `CloudWatch Logs, ${counted(groups, "group")}`,
        sum(["logIngested", gb]),
        "$0.50 a GB taken in",
      ),
      line(
        "Monitoring",
        "CloudWatch metrics",
        sum(["customMetric", customMetrics]),
        `${customMetrics} of the functions`,
      ),
    ];
  },
  "aws:cloudwatch/logDelivery:LogDelivery": () => [
    line(
      "Monitoring",
      "CloudFront access logs",
      null,
      "the price of delivering vended logs to S3 is not in the sheet; nothing without viewers",
    ),
  ],
  "aws:sns/topic:Topic": (topics) => [
    line("Monitoring", `SNS, ${counted(topics, "topic")}`, 0, "1,000 e-mails a month are free"),
  ],
};

const BY_TYPE: Readonly<Record<string, Pricing>> = { ...COMPUTE, ...STORAGE, ...NETWORK, ...GUARD };

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
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:ec2/route:Route",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
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
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
]);

/** The month's cost of what a program registers, under a load. */
export function estimate({ resources }: Pick<ProgramRecord, "resources">, load: Load = IDLE): Cost {
  const usage = usageOf(load);
  const byType = Map.groupBy(
    resources.filter(({ custom }) => custom),
    ({ type }) => type,
  );
  const count = (type: string): number => byType.get(type)?.length ?? 0;
  const lines = [...byType].flatMap(([type, own]): CostLine[] => {
    const pricing = BY_TYPE[type];
    if (pricing !== undefined) return pricing(own, usage, count);
    return FREE.has(type)
      ? []
      : [line("Compute", type, null, `${own.length} of a type that the price sheet does not know`)];
  });
  const order = ({ category }: CostLine): number => CATEGORIES.indexOf(category);
  lines.sort((a, b) => order(a) - order(b) || a.item.localeCompare(b.item, "en"));
  const rounded = lines.map((one) => ({
    ...one,
    monthly: one.monthly === null ? null : Math.round(one.monthly * 100) / 100,
  }));
  const total = Math.round(rounded.reduce((cents, { monthly }) => cents + (monthly ?? 0) * 100, 0)) / 100;
  return { currency: "USD", lines: rounded, total };
}
