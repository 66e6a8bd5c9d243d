/** Physical names. Most resources are named by Pulumi, with a random suffix; these are for services where the name itself is an interface. */
import { createHash } from "node:crypto";

const DIGEST_LENGTH = 8;

/**
 * Joins the parts by "-" and keeps the name within a service's limit. A name that is too long loses its end and gets a
 * digest of the whole, so that two long names that differ only at the end stay different.
 *
 * @param parts lower-case words, most general first; characters outside [A-Za-z0-9-] become "-".
 * @param limit greatest length in characters, at least 16.
 * @throws Error when nothing is left of the parts or the limit is too small for a digest.
 */
export function boundedName(parts: string[], limit: number): string {
  if (limit < 16) throw new Error(`name limit ${limit} is too small → at least 16 characters`);
  const full = parts
    .map((part) => part.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+|-+$/g, ""))
    .filter((part) => part !== "")
    .join("-");
  if (full === "")
    throw new Error(`name parts ${JSON.stringify(parts)} hold no letter or digit → give at least one word`);
  const clean = full === parts.join("-");
  if (clean && full.length <= limit) return full;
  const digest = createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, DIGEST_LENGTH);
  const head = full.slice(0, limit - DIGEST_LENGTH - 1).replace(/-+$/, "");
  return `${head}-${digest}`;
}

/** A bounded name in the alphabet of RDS and ElastiCache: lower case, no two hyphens together. What that changes gets a digest. */
function plainName(parts: string[], limit: number): string {
  const plain = parts.map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, "-"));
  return boundedName(
    plain.every((part, index) => part === parts[index])
      ? parts
      : [...plain, createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, DIGEST_LENGTH)],
    limit,
  );
}

/** Limits in characters, from each service's API reference. */
const LIMITS = {
  cache: 40,
  cluster: 63,
  kmsAlias: 250,
  logDelivery: 60,
  logGroup: 200,
  logPolicy: 250,
  metric: 128,
  poolDomain: 50,
  searchDomain: 28,
  targetGroup: 32,
  taskFamily: 255,
  vpcOrigin: 64,
} as const;

/** `alias/vod-<stack>-<role>`: what operators and scripts look a key up by (KMS: 256 characters with the prefix). */
export const keyAlias = (stack: string, role: string): string =>
  `alias/${boundedName(["vod", stack, role], LIMITS.kmsAlias)}`;

/** Start of every log group's name, for grants and key policies that cover a stack's groups: `/vod/<stack>`. */
export const logGroupPrefix = (stack: string): string => `/vod/${boundedName([stack], LIMITS.logGroup)}`;

/** `/vod/<stack>/<role>` (CloudWatch Logs: 512 characters). */
export const logGroupName = (stack: string, role: string): string => `${logGroupPrefix(stack)}/${role}`;

/** Start of the names of the logs of a stack's web ACLs: AWS WAF takes log groups that begin with `aws-waf-logs-` only. */
export const webAclLogPrefix = (stack: string): string => `aws-waf-logs-vod/${boundedName([stack], LIMITS.logGroup)}`;

/** `aws-waf-logs-vod/<stack>/<role>`. */
export const webAclLogGroupName = (stack: string, role: string): string => `${webAclLogPrefix(stack)}/${role}`;

/** `vod-<stack>-<role>`, under which an account's metrics know a web ACL (AWS WAF API, VisibilityConfig: 128 characters). */
export const webAclMetric = (stack: string, role: string): string => boundedName(["vod", stack, role], LIMITS.metric);

/** `vod-<stack>-<role>` (CloudWatch Logs PutDeliverySource and PutDeliveryDestination: 60 characters). */
export const logDeliveryName = (stack: string, role: string): string =>
  boundedName(["vod", stack, role], LIMITS.logDelivery);

/** `vod-<stack>-<role>` (Elastic Load Balancing CreateTargetGroup: 32 characters). */
export const targetGroupName = (stack: string, role: string): string =>
  boundedName(["vod", stack, role], LIMITS.targetGroup);

/**
 * `vod-<stack>-<role>-<account>`: start of the host name under which a user pool signs people in, alone in its region
 * (Amazon Cognito API, CreateUserPoolDomain: 63 characters, and none of the words that Cognito keeps for itself).
 */
export function userPoolDomain(stack: string, role: string, account: string): string {
  const kept = /aws|amazon|cognito/i.test(stack) || /[A-Z]/.test(stack);
  const own = kept ? createHash("sha256").update(stack).digest("hex").slice(0, DIGEST_LENGTH) : stack;
  return `${boundedName(["vod", own, role], LIMITS.poolDomain)}-${account}`;
}

/** `vod-<stack>-<role>` (ECS RegisterTaskDefinition: 255 characters). */
export const taskFamily = (stack: string, role: string): string => boundedName(["vod", stack, role], LIMITS.taskFamily);

/** `vod-<stack>-<role>` (CloudFront API, VpcOriginEndpointConfig: 64 characters). */
export const vpcOriginName = (stack: string, role: string): string =>
  boundedName(["vod", stack, role], LIMITS.vpcOrigin);

/** `vod-<stack>-aurora`, part of the names of its log groups (RDS API, CreateDBCluster: 63 characters). */
export const clusterName = (stack: string): string => plainName(["vod", stack, "aurora"], LIMITS.cluster);

/** Start of the names that RDS gives a cluster's log groups (Aurora User Guide, "Publishing Aurora PostgreSQL logs"). */
export const clusterLogPrefix = (cluster: string): string => `/aws/rds/cluster/${cluster}`;

/**
 * `vod-<stack>-<role>`: a cache, its users and their group. Clients sign a cache's name into their IAM tokens (ElastiCache
 * API, CreateReplicationGroup: 40 characters, and ids of users are no longer).
 */
export const cacheName = (stack: string, role: string): string => plainName(["vod", stack, role], LIMITS.cache);

/** `vod-<stack>`: the domain's name is in its ARN, which what stands before it names (OpenSearch Service API, CreateDomain: 28 characters). */
export const searchDomainName = (stack: string): string => plainName(["vod", stack], LIMITS.searchDomain);

/** `vod-<stack>-search` (CloudWatch Logs API, PutResourcePolicy: names are not to clash within an account's region). */
export const searchLogPolicyName = (stack: string): string => boundedName(["vod", stack, "search"], LIMITS.logPolicy);
