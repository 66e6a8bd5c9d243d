import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { vpcOriginName } from "../../lib/names";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import type { OriginRole } from "./behaviors.plan";
import { ORIGIN_HEADER } from "./webAcl.plan";

/** The load balancer behind `/api/*`. */
export interface BalancerOrigin {
  arn: pulumi.Input<string>;
  /** AWS's own name of it. */
  dnsName: pulumi.Input<string>;
  /** Whether it has private addresses only: CloudFront then reaches it by a VPC origin. */
  internal: boolean;
  /**
   * Host name that its certificate is for; it must lead to the balancer.
   * @default - plain HTTP, which an internal balancer alone may use
   */
  hostName?: string;
  /**
   * Route 53's zone of `dnsName`, for an alias.
   * @default - no record is made for `hostName`
   */
  zoneId?: pulumi.Input<string>;
}

type Origin = aws.types.input.cloudfront.DistributionOrigin;

/** Two tries of 5 s each: a viewer waits for the other region no longer than 10 s. */
const PATIENCE = { connectionAttempts: 2, connectionTimeout: 5 };
/** Statuses on which the other region is asked. 403 and 404 are answers: a missing signature must not look like an outage. */
const FAILOVER_STATUSES = [500, 502, 503, 504];
/** Seconds: longer than the api's bound of 5 s for a request. */
const READ_TIMEOUT = 30;
const KEEPALIVE = 5;
const PORTS = { httpPort: 80, httpsPort: 443 };

/** Signs every request to the buckets, always: they admit the distribution and nobody else. */
const createAccessControl = (parent: pulumi.Resource, name: string): aws.cloudfront.OriginAccessControl =>
  new aws.cloudfront.OriginAccessControl(
    name,
    { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
    { parent },
  );

export interface BucketDomains {
  media: pulumi.Input<string>;
  mediaReplica: pulumi.Input<string>;
  web: pulumi.Input<string>;
}

function bucketOrigins(parent: pulumi.Resource, prefix: string, domains: BucketDomains): Origin[] {
  const media = createAccessControl(parent, `${prefix}-media-access`).id;
  const web = createAccessControl(parent, `${prefix}-web-access`).id;
  const origin = (originId: string, domainName: pulumi.Input<string>, originAccessControlId: pulumi.Input<string>) => ({
    originId,
    domainName,
    originAccessControlId,
    ...PATIENCE,
  });
  return [
    origin("media", domains.media, media),
    origin("media-replica", domains.mediaReplica, media),
    origin("web", domains.web, web),
  ];
}

/** @throws Error for a balancer on the internet without TLS. */
export function checkBalancer({ internal, hostName }: BalancerOrigin): void {
  if (internal || hostName !== undefined) return;
  throw new Error(
    "balancer is internet-facing and has no hostName → give the host name of its certificate, or make it internal",
  );
}

/** By a network interface in the VPC: nothing of the balancer is on the internet. Takes up to 15 minutes to be made. */
function vpcOrigin(parent: pulumi.Resource, name: string, platform: Platform, balancer: BalancerOrigin): Origin {
  const origin = new aws.cloudfront.VpcOrigin(
    name,
    {
      vpcOriginEndpointConfig: {
        name: vpcOriginName(platform.stack, "balancer"),
        arn: balancer.arn,
        ...PORTS,
        originProtocolPolicy: balancer.hostName === undefined ? "http-only" : "https-only",
        originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
      },
      tags: named(platform.tags, name),
    },
    { parent },
  );
  return {
    originId: "balancer",
    domainName: balancer.hostName ?? balancer.dnsName,
    vpcOriginConfig: {
      vpcOriginId: origin.id,
      originReadTimeout: READ_TIMEOUT,
      originKeepaliveTimeout: KEEPALIVE,
    },
    ...PATIENCE,
  };
}

const internetOrigin = (balancer: BalancerOrigin, secret: pulumi.Input<string>): Origin => ({
  originId: "balancer",
  domainName: balancer.hostName ?? balancer.dnsName,
  customOriginConfig: {
    ...PORTS,
    originProtocolPolicy: "https-only",
    originSslProtocols: ["TLSv1.2"],
    originReadTimeout: READ_TIMEOUT,
    originKeepaliveTimeout: KEEPALIVE,
  },
  customHeaders: [{ name: ORIGIN_HEADER, value: secret }],
  ...PATIENCE,
});

export interface OriginsSpec {
  platform: Platform;
  buckets: BucketDomains;
  balancer: BalancerOrigin;
  /** What the balancer asks for; undefined for an internal one, which nobody else reaches. */
  secret?: pulumi.Input<string>;
}

/** The distribution's origins, and the pair of buckets that stand in for each other. */
export function createOrigins(parent: pulumi.Resource, prefix: string, spec: OriginsSpec) {
  const { balancer, secret } = spec;
  const group: OriginRole = "media-regions";
  return {
    origins: [
      ...bucketOrigins(parent, prefix, spec.buckets),
      secret === undefined
        ? vpcOrigin(parent, `${prefix}-balancer`, spec.platform, balancer)
        : internetOrigin(balancer, secret),
    ],
    originGroups: [
      {
        originId: group,
        failoverCriteria: { statusCodes: FAILOVER_STATUSES },
        members: [{ originId: "media" }, { originId: "media-replica" }],
      },
    ],
  };
}
