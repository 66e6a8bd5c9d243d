import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import { DEFAULT_BEHAVIOR, ERROR_CODES, ERROR_SECONDS, ORDERED_BEHAVIORS, type BehaviorPlan } from "./behaviors.plan";
import { createCachePolicies, createHeadersPolicies } from "./policies";

export interface ViewerDomain {
  /** Host name of the viewer. */
  name: string;
  /** Its certificate, in us-east-1. */
  certificateArn: string;
}

export interface DistributionSpec {
  platform: Platform;
  priceClass: pulumi.Input<string>;
  domain?: ViewerDomain;
  mediaBucketDomain: pulumi.Input<string>;
  webBucketDomain: pulumi.Input<string>;
  keyGroup: aws.cloudfront.KeyGroup;
}

/** Signs every request to the bucket, always: the bucket admits the distribution and nobody else. */
const createAccessControl = (parent: pulumi.Resource, name: string): aws.cloudfront.OriginAccessControl =>
  new aws.cloudfront.OriginAccessControl(
    name,
    { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
    { parent },
  );

function behaviors(parent: pulumi.Resource, prefix: string, keyGroup: aws.cloudfront.KeyGroup) {
  const caches = createCachePolicies(parent, prefix);
  const headers = createHeadersPolicies(parent, prefix);
  const common = (plan: BehaviorPlan) => ({
    targetOriginId: plan.origin,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: caches[plan.cache].id,
    responseHeadersPolicyId: headers[plan.headers].id,
    ...(plan.signed && { trustedKeyGroups: [keyGroup.id] }),
  });
  return {
    defaultCacheBehavior: common(DEFAULT_BEHAVIOR),
    orderedCacheBehaviors: ORDERED_BEHAVIORS.map((plan) => ({ pathPattern: plan.pathPattern, ...common(plan) })),
  };
}

function origin(parent: pulumi.Resource, prefix: string, originId: string, domainName: pulumi.Input<string>) {
  return {
    originId,
    domainName,
    originAccessControlId: createAccessControl(parent, `${prefix}-${originId}-access`).id,
    connectionAttempts: 2,
    connectionTimeout: 5,
  };
}

/** Under CloudFront's own name the least TLS version cannot be chosen: its certificate decides. */
const certificate = (domain: ViewerDomain | undefined) =>
  domain
    ? {
        acmCertificateArn: domain.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      }
    : { cloudfrontDefaultCertificate: true };

export function createDistribution(
  parent: pulumi.Resource,
  prefix: string,
  spec: DistributionSpec,
): aws.cloudfront.Distribution {
  const { platform, domain } = spec;
  const name = `${prefix}-distribution`;
  return new aws.cloudfront.Distribution(
    name,
    {
      comment: `vod ${platform.stack}`,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: spec.priceClass,
      defaultRootObject: "index.html",
      ...(domain && { aliases: [domain.name] }),
      viewerCertificate: certificate(domain),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      origins: [
        origin(parent, prefix, "media", spec.mediaBucketDomain),
        origin(parent, prefix, "web", spec.webBucketDomain),
      ],
      ...behaviors(parent, prefix, spec.keyGroup),
      customErrorResponses: ERROR_CODES.map((errorCode) => ({ errorCode, errorCachingMinTtl: ERROR_SECONDS })),
      tags: named(platform.tags, name),
    },
    { parent },
  );
}
