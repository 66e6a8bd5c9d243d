import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { createBalancerAlarm } from "./alarms";
import { EDGE_REGION, type EdgeRegion } from "./edgeRegion";
import type { BalancerOrigin } from "./origins";
import { createOriginSecret } from "./originSecret";
import { createWebAcl } from "./webAcl";
import { balancerRules, MOST_COUNTRIES, viewerRules, type ViewerAclSpec } from "./webAcl.plan";

/** What the web ACL in front of CloudFront refuses. */
export interface ProtectionArgs {
  /**
   * Countries that get nothing, ISO 3166 alpha-2 in capitals, at most 50.
   * @default - none
   */
  blockedCountries?: string[];
  /**
   * Requests that one address may send in five minutes, media apart; 10 at least.
   * @default 2000
   */
  requestLimit?: number;
  /**
   * Requests for media that one address may send in five minutes; 10 at least. A player asks for about 100, a household
   * or school shares one address.
   * @default 3000
   */
  mediaRequestLimit?: number;
  /**
   * AWS WAF's Bot Control for pages and the api. Cost: $10 a month, $1 for each million requests after ten.
   * @default false
   */
  botControl?: boolean;
  /**
   * AWS WAF's rules against floods of requests. Cost: about $20 a month and $0.15 for a million requests.
   * @default false
   */
  antiDdos?: boolean;
  /**
   * Refuses programs that save media, by the name that they give themselves. They are counted in any case.
   * @default false
   */
  blockDownloadTools?: boolean;
}

const REQUEST_LIMIT = 2_000;
const MEDIA_REQUEST_LIMIT = 3_000;
/** AWS WAF quotas: requests in a window. */
const LEAST_LIMIT = 10;

/** @throws Error for more countries or lower limits than AWS WAF takes. */
export function viewerAclSpec(args: ProtectionArgs, host: string | undefined): ViewerAclSpec {
  const { blockedCountries = [], requestLimit = REQUEST_LIMIT, mediaRequestLimit = MEDIA_REQUEST_LIMIT } = args;
  if (blockedCountries.length > MOST_COUNTRIES) {
    throw new Error(
      `blockedCountries has ${blockedCountries.length} countries → at most ${MOST_COUNTRIES}; to serve few, use servedCountries`,
    );
  }
  for (const [name, limit] of Object.entries({ requestLimit, mediaRequestLimit })) {
    if (!Number.isInteger(limit) || limit < LEAST_LIMIT)
      throw new Error(`${name} is ${limit} → a whole number of requests in five minutes, ${LEAST_LIMIT} at least`);
  }
  return {
    host,
    blockedCountries: blockedCountries.toSorted(),
    requestLimit,
    mediaRequestLimit,
    botControl: args.botControl ?? false,
    antiDdos: args.antiDdos ?? false,
    blockDownloadTools: args.blockDownloadTools ?? false,
  };
}

export const createViewerAcl = (
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  spec: ViewerAclSpec,
  edge: EdgeRegion,
): aws.wafv2.WebAcl =>
  createWebAcl(parent, `${name}-viewers-acl`, {
    platform,
    role: "viewers",
    description: "What viewers may ask CloudFront",
    scope: "CLOUDFRONT",
    region: EDGE_REGION,
    rules: viewerRules(spec),
    logsKeyArn: edge.logsKeyArn,
  });

export interface BalancerGuardSpec {
  platform: Platform;
  balancer: BalancerOrigin;
  secretsKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  alerts: AlertTopics;
}

/**
 * A web ACL on a balancer that is on the internet: it takes what the distribution sends, and nothing else. An internal
 * balancer has none, since only the distribution's own interface reaches it.
 * @returns what the distribution has to send.
 */
export function guardBalancer(
  parent: pulumi.Resource,
  name: string,
  spec: BalancerGuardSpec,
): pulumi.Output<string> | undefined {
  const { platform, balancer } = spec;
  if (balancer.internal) return undefined;
  const secret = createOriginSecret(parent, `${name}-origin-secret`, platform, spec.secretsKeyArn);
  const acl = createWebAcl(parent, `${name}-balancer-acl`, {
    platform,
    role: "balancer",
    description: "What the load balancer takes",
    scope: "REGIONAL",
    region: platform.region,
    rules: balancerRules(secret),
    logsKeyArn: spec.logsKeyArn,
  });
  new aws.wafv2.WebAclAssociation(
    `${name}-balancer-acl-association`,
    { resourceArn: balancer.arn, webAclArn: acl.arn },
    { parent },
  );
  createBalancerAlarm(parent, name, platform, spec.alerts);
  return secret;
}
