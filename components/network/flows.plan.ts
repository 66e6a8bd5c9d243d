/**
 * Who may talk to whom: the one table from which every security-group rule is made. A flow opens the receiver to the
 * sender and the sender towards the receiver, on one TCP port, and nothing else.
 */

/** Security groups, by what carries them. */
export const GROUPS = [
  "alb",
  "services",
  "functions",
  "database",
  "search",
  "cache",
  "transcoder",
  "endpoints",
] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_DESCRIPTIONS: Readonly<Record<Group, string>> = {
  alb: "Load balancer",
  services: "ECS tasks",
  functions: "Lambda functions in the VPC",
  database: "Aurora PostgreSQL",
  search: "OpenSearch",
  cache: "ElastiCache",
  transcoder: "Interface endpoint of MediaConvert",
  endpoints: "Interface endpoints of other AWS services",
};

/** What is no group of ours: everybody, the CDN's servers, and the two services behind gateway endpoints. */
export type Outside = "internet" | "cloudfront" | "s3" | "dynamodb";

export interface Flow {
  from: Group | "internet" | "cloudfront";
  to: Group | "internet" | "s3" | "dynamodb";
  /** TCP. */
  port: number;
  /** Shown as the rules' description. */
  why: string;
  /** True for what the architecture document does not draw: each has its own reason. */
  extra?: boolean;
}

const VIEWERS: readonly Flow[] = [
  { from: "internet", to: "alb", port: 80, why: "Viewers, who are sent on to TLS" },
  { from: "internet", to: "alb", port: 443, why: "Viewers" },
];

/** Of a balancer that stands inside: CloudFront's VPC origin is its only visitor. */
const VIEWERS_BY_CLOUDFRONT: readonly Flow[] = [
  { from: "cloudfront", to: "alb", port: 80, why: "CloudFront by its VPC origin", extra: true },
];

const DOCUMENT: readonly Flow[] = [
  { from: "alb", to: "services", port: 8080, why: "Requests and health checks" },
  { from: "services", to: "database", port: 5432, why: "Catalogue" },
  { from: "services", to: "search", port: 443, why: "Search" },
  { from: "services", to: "cache", port: 6379, why: "Cache, sessions and rate limits" },
  { from: "services", to: "transcoder", port: 443, why: "Jobs that an operator looks at or cancels" },
  { from: "functions", to: "transcoder", port: 443, why: "Probe, jobs and their state" },
];

const EXTRA: readonly Flow[] = [
  { from: "functions", to: "search", port: 443, why: "Snapshot repository and index templates", extra: true },
  { from: "services", to: "endpoints", port: 443, why: "AWS services inside the VPC", extra: true },
  { from: "functions", to: "endpoints", port: 443, why: "AWS services inside the VPC", extra: true },
  { from: "services", to: "s3", port: 443, why: "Objects and image layers by the gateway endpoint", extra: true },
  { from: "functions", to: "s3", port: 443, why: "Objects by the gateway endpoint", extra: true },
  { from: "services", to: "dynamodb", port: 443, why: "Ledger by the gateway endpoint", extra: true },
  { from: "functions", to: "dynamodb", port: 443, why: "Ledger by the gateway endpoint", extra: true },
];

/** With NAT: AWS services that have no endpoint in the VPC, and identity providers. */
const BY_NAT: readonly Flow[] = [
  { from: "services", to: "internet", port: 443, why: "AWS services and identity providers by NAT", extra: true },
  { from: "functions", to: "internet", port: 443, why: "AWS services without an endpoint, by NAT", extra: true },
];

export interface FlowsSpec {
  /** Whether app subnets have a way to the internet. */
  nat: boolean;
  /** Whether the load balancer stands in the app subnets. */
  internalBalancer: boolean;
}

/** The flows of a network. */
export const planFlows = ({ nat, internalBalancer }: FlowsSpec): Flow[] => [
  ...(internalBalancer ? VIEWERS_BY_CLOUDFRONT : VIEWERS),
  ...DOCUMENT,
  ...EXTRA,
  ...(nat ? BY_NAT : []),
];
