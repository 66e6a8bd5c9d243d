import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import {
  CACHED_METHODS,
  DEFAULT_BEHAVIOR,
  ERROR_CODES,
  ERROR_SECONDS,
  MANAGED_POLICIES,
  methodsOf,
  ORDERED_BEHAVIORS,
  type BehaviorPlan,
} from "./behaviors.plan";
import { createOrigins, type OriginsSpec } from "./origins";
import { createCachePolicies, createHeadersPolicies } from "./policies";

export interface ViewerDomain {
  /** Host name of the viewer. */
  name: string;
  /** Its certificate, in us-east-1. */
  certificateArn: string;
}

export interface DistributionSpec extends OriginsSpec {
  platform: Platform;
  priceClass: pulumi.Input<string>;
  domain?: ViewerDomain;
  /** ISO 3166 alpha-2; empty: everywhere. */
  servedCountries: string[];
  keyGroup: aws.cloudfront.KeyGroup;
  webAclArn: pulumi.Input<string>;
}

function behaviors(parent: pulumi.Resource, prefix: string, keyGroup: aws.cloudfront.KeyGroup) {
  const caches = createCachePolicies(parent, prefix);
  const headers = createHeadersPolicies(parent, prefix);
  const common = (plan: BehaviorPlan) => ({
    targetOriginId: plan.origin,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: methodsOf(plan),
    cachedMethods: CACHED_METHODS,
    compress: true,
    ...(plan.cache === "uncached"
      ? { cachePolicyId: MANAGED_POLICIES.uncached, originRequestPolicyId: MANAGED_POLICIES.allButHost }
      : { cachePolicyId: caches[plan.cache].id }),
    responseHeadersPolicyId: headers[plan.headers].id,
    ...(plan.signed && { trustedKeyGroups: [keyGroup.id] }),
  });
  return {
    defaultCacheBehavior: common(DEFAULT_BEHAVIOR),
    orderedCacheBehaviors: ORDERED_BEHAVIORS.map((plan) => ({
      pathPattern: plan.pathPattern,
      ...common(plan),
    })),
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

/** Free, and before anything that is paid for by the request. */
const restriction = (countries: string[]) =>
  countries.length === 0
    ? { restrictionType: "none" }
    : { restrictionType: "whitelist", locations: countries.toSorted() };

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
      restrictions: { geoRestriction: restriction(spec.servedCountries) },
      webAclId: spec.webAclArn,
      ...createOrigins(parent, prefix, spec),
      ...behaviors(parent, prefix, spec.keyGroup),
      customErrorResponses: ERROR_CODES.map((errorCode) => ({ errorCode, errorCachingMinTtl: ERROR_SECONDS })),
      tags: named(platform.tags, name),
    },
    { parent },
  );
}
