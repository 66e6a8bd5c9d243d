/** The price sheet: USD, on demand, us-east-1. A price that nobody has read is not in it; the estimator then names it. */

export interface Price {
  usd: number;
  /** What one of them is. */
  unit: string;
  /** The page or list that the figure was read in. */
  source: string;
  /** Month it was read in, or "recalled" when it was not re-read: check before you rely on it. */
  date: string;
}

const RECALLED = "recalled";
const cloudfront = "Amazon CloudFront pricing, United States and Europe";
const waf = "AWS WAF pricing";
const opensearch = "Amazon OpenSearch Service pricing";
const aurora = "Amazon Aurora pricing, PostgreSQL, standard storage";
const elasticache = "Amazon ElastiCache pricing, Valkey";
const s3 = "Amazon S3 pricing, US East (N. Virginia)";

export const PRICES = {
  kmsKey: { usd: 1, unit: "key and month", source: "AWS KMS pricing", date: "2026-03" },
  kmsRequest: {
    usd: 0.03 / 10_000,
    unit: "request, symmetric or RSA 2048",
    source: "AWS KMS pricing",
    date: "2026-03",
  },
  alarm: { usd: 0.1, unit: "standard alarm metric and month", source: "Amazon CloudWatch pricing", date: RECALLED },
  customMetric: { usd: 0.3, unit: "custom metric and month", source: "Amazon CloudWatch pricing", date: RECALLED },
  logIngested: { usd: 0.5, unit: "GB of logs", source: "Amazon CloudWatch pricing", date: RECALLED },
  sqsRequest: { usd: 0.4 / 1e6, unit: "request to a standard queue", source: "Amazon SQS pricing", date: "2026-03" },
  lambdaRequest: { usd: 0.2 / 1e6, unit: "request", source: "AWS Lambda pricing", date: "2026-09" },
  lambdaArmGbSecond: { usd: 0.0000133334, unit: "GB-second on arm64", source: "AWS Lambda pricing", date: RECALLED },
  event: { usd: 1 / 1e6, unit: "custom event", source: "Amazon EventBridge pricing", date: RECALLED },
  fargateArmCpuHour: { usd: 0.03238, unit: "hour of a vCPU on ARM", source: "AWS Fargate pricing", date: RECALLED },
  fargateArmGbHour: { usd: 0.00356, unit: "hour of a GB on ARM", source: "AWS Fargate pricing", date: RECALLED },
  ecrStorage: { usd: 0.1, unit: "GB and month", source: "Amazon ECR pricing", date: RECALLED },
  scheduledRun: { usd: 1 / 1e6, unit: "run", source: "Amazon EventBridge pricing", date: RECALLED },
  dynamoWrite: { usd: 0.625 / 1e6, unit: "on-demand write", source: "Amazon DynamoDB pricing", date: RECALLED },
  dynamoRead: { usd: 0.125 / 1e6, unit: "on-demand read", source: "Amazon DynamoDB pricing", date: RECALLED },
  dynamoStorage: { usd: 0.25, unit: "GB and month", source: "Amazon DynamoDB pricing", date: RECALLED },
  dynamoRecovery: { usd: 0.2, unit: "GB and month", source: "Amazon DynamoDB pricing", date: RECALLED },
  s3Standard: { usd: 0.023, unit: "GB and month", source: s3, date: RECALLED },
  s3InfrequentAccess: { usd: 0.0125, unit: "GB and month", source: s3, date: RECALLED },
  s3Put: { usd: 0.005 / 1000, unit: "PUT request", source: s3, date: RECALLED },
  regionTransfer: { usd: 0.02, unit: "GB to another Region", source: "Amazon EC2 pricing", date: RECALLED },
  cloudfrontRequest: { usd: 0.01 / 10_000, unit: "HTTPS request", source: cloudfront, date: RECALLED },
  natHour: { usd: 0.045, unit: "hour of a NAT gateway", source: "Amazon VPC pricing", date: RECALLED },
  endpointHour: {
    usd: 0.01,
    unit: "hour of an interface endpoint in a zone",
    source: "AWS PrivateLink pricing",
    date: RECALLED,
  },
  databaseT3MediumHour: { usd: 0.082, unit: "hour of a db.t3.medium", source: aurora, date: RECALLED },
  databaseT4gMediumHour: { usd: 0.073, unit: "hour of a db.t4g.medium", source: aurora, date: RECALLED },
  databaseR7gLargeHour: { usd: 0.276, unit: "hour of a db.r7g.large", source: aurora, date: RECALLED },
  databaseCapacityHour: { usd: 0.12, unit: "hour of an Aurora capacity unit", source: aurora, date: RECALLED },
  cacheT3MicroHour: { usd: 0.0136, unit: "hour of a cache.t3.micro", source: elasticache, date: "2026-10" },
  cacheT4gSmallHour: { usd: 0.0256, unit: "hour of a cache.t4g.small", source: elasticache, date: RECALLED },
  cacheT4gMediumHour: { usd: 0.052, unit: "hour of a cache.t4g.medium", source: elasticache, date: RECALLED },
  // Of Redis OSS $0.216; Valkey is a fifth below it.
  cacheR5LargeHour: { usd: 0.1728, unit: "hour of a cache.r5.large", source: elasticache, date: "2026-10" },
  cacheR7gLargeHour: { usd: 0.1752, unit: "hour of a cache.r7g.large", source: elasticache, date: "2026-10" },
  searchT3SmallHour: { usd: 0.036, unit: "hour of a t3.small.search", source: opensearch, date: "2026-10" },
  searchT3MediumHour: { usd: 0.073, unit: "hour of a t3.medium.search", source: opensearch, date: "2026-10" },
  searchM7gMediumHour: { usd: 0.068, unit: "hour of an m7g.medium.search", source: opensearch, date: "2026-10" },
  searchStorage: { usd: 0.122, unit: "GB and month of a gp3 volume of search", source: opensearch, date: RECALLED },
  balancerHour: {
    usd: 0.0225,
    unit: "hour of an application load balancer",
    source: "Elastic Load Balancing pricing",
    date: RECALLED,
  },
  balancerUnitHour: {
    usd: 0.008,
    unit: "capacity unit and hour of an application load balancer",
    source: "Elastic Load Balancing pricing",
    date: RECALLED,
  },
  cognitoEssentialsUser: {
    usd: 0.015,
    unit: "active user and month, Essentials",
    source: "Amazon Cognito pricing",
    date: RECALLED,
  },
  cognitoPlusUser: { usd: 0.02, unit: "active user and month, Plus", source: "Amazon Cognito pricing", date: RECALLED },
  publicAddressHour: {
    usd: 0.005,
    unit: "hour of a public IPv4 address",
    source: "Amazon VPC pricing",
    date: RECALLED,
  },
  webAcl: { usd: 5, unit: "web ACL and month", source: waf, date: "2026-03" },
  webAclRule: { usd: 1, unit: "rule or managed group and month", source: waf, date: "2026-03" },
  webAclRequest: { usd: 0.6 / 1e6, unit: "request", source: waf, date: "2026-03" },
  botControl: { usd: 10, unit: "web ACL with Bot Control and month", source: waf, date: "2026-03" },
  botControlRequest: { usd: 1 / 1e6, unit: "request that Bot Control reads", source: waf, date: "2026-03" },
  antiDdos: { usd: 20, unit: "web ACL with the flood rules and month", source: waf, date: RECALLED },
  antiDdosRequest: { usd: 0.15 / 1e6, unit: "request", source: waf, date: RECALLED },
  secret: { usd: 0.4, unit: "secret and month", source: "AWS Secrets Manager pricing", date: "2026-03" },
  mediaConvertBasicMinute: {
    usd: 0.0075,
    unit: "normalised minute, basic tier",
    source: "AWS Elemental MediaConvert pricing",
    date: "2026-11",
  },
} as const satisfies Record<string, Price>;

/** What is free each month, in each account, without end. Free tiers that end after a year are not counted. */
export const ALLOWANCES = {
  /** Amazon SQS pricing, read 2026-03. */
  sqsRequests: 1e6,
  /** AWS KMS pricing, read 2026-03. Signatures are not among them. */
  kmsRequests: 20_000,
  /** Amazon CloudFront pricing, recalled. */
  cloudfrontRequests: 10e6,
  /** AWS WAF pricing, read 2026-03: requests that Bot Control reads. */
  botControlRequests: 10e6,
  /** Amazon Cognito pricing, recalled: users a month of an Essentials pool. */
  cognitoUsers: 10_000,
  /** Amazon EventBridge pricing, recalled: runs of the Scheduler. */
  scheduledRuns: 14e6,
} as const;

export type PriceId = keyof typeof PRICES;

/** CloudFront's tiers of transfer to viewers: the first TB of a month is free. Recalled; $0.085 is in the price list of 2026-09. */
export const TRANSFER_TIERS: readonly { upToGb: number; usd: number }[] = [
  { upToGb: 1_024, usd: 0 },
  { upToGb: 10_240, usd: 0.085 },
  { upToGb: 51_200, usd: 0.08 },
  { upToGb: 153_600, usd: 0.06 },
  { upToGb: 512_000, usd: 0.04 },
  { upToGb: Number.POSITIVE_INFINITY, usd: 0.03 },
];

/** USD of a month's transfer to viewers, in GB. */
export function transferPrice(gb: number): number {
  let from = 0;
  let usd = 0;
  for (const tier of TRANSFER_TIERS) {
    usd += Math.max(0, Math.min(gb, tier.upToGb) - from) * tier.usd;
    from = tier.upToGb;
  }
  return usd;
}
