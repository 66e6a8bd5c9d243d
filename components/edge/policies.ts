import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import {
  API_SECURITY_POLICY,
  CACHE_PLANS,
  CONTENT_SECURITY_POLICY,
  MEDIA_SECURITY_POLICY,
  type BehaviorPlan,
  type CachePlan,
  type CacheRole,
} from "./behaviors.plan";

/** Seconds: two years, what browsers' preload lists ask for. */
const HSTS_SECONDS = 2 * 365 * 24 * 3600;

/** Nothing of the request but its path decides what is cached: cookies open media, they do not change it. */
const createCachePolicy = (parent: pulumi.Resource, prefix: string, plan: CachePlan): aws.cloudfront.CachePolicy =>
  new aws.cloudfront.CachePolicy(
    `${prefix}-${plan.role}`,
    {
      comment: plan.comment,
      minTtl: plan.min,
      defaultTtl: plan.standard,
      maxTtl: plan.max,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      },
    },
    { parent },
  );

export function createCachePolicies(
  parent: pulumi.Resource,
  prefix: string,
): Record<CacheRole, aws.cloudfront.CachePolicy> {
  const create = (role: CacheRole): aws.cloudfront.CachePolicy => createCachePolicy(parent, prefix, CACHE_PLANS[role]);
  return {
    segments: create("segments"),
    manifests: create("manifests"),
    posters: create("posters"),
    pages: create("pages"),
  };
}

/**
 * No Cache-Control is set here: CloudFront adds a policy's headers to its own errors too, and a browser would keep a 403
 * for as long as a segment.
 */
function createHeadersPolicy(
  parent: pulumi.Resource,
  name: string,
  contentSecurityPolicy: string,
): aws.cloudfront.ResponseHeadersPolicy {
  const override = true;
  return new aws.cloudfront.ResponseHeadersPolicy(
    name,
    {
      comment: "Security headers",
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy, override },
        contentTypeOptions: { override },
        frameOptions: { frameOption: "DENY", override },
        referrerPolicy: { referrerPolicy: "same-origin", override },
        strictTransportSecurity: {
          accessControlMaxAgeSec: HSTS_SECONDS,
          includeSubdomains: true,
          preload: false,
          override,
        },
      },
      customHeadersConfig: {
        items: [
          { header: "Cross-Origin-Opener-Policy", value: "same-origin", override },
          { header: "Cross-Origin-Resource-Policy", value: "same-origin", override },
        ],
      },
    },
    { parent },
  );
}

export const createHeadersPolicies = (
  parent: pulumi.Resource,
  prefix: string,
): Record<BehaviorPlan["headers"], aws.cloudfront.ResponseHeadersPolicy> => ({
  media: createHeadersPolicy(parent, `${prefix}-media-headers`, MEDIA_SECURITY_POLICY),
  pages: createHeadersPolicy(parent, `${prefix}-page-headers`, CONTENT_SECURITY_POLICY),
  api: createHeadersPolicy(parent, `${prefix}-api-headers`, API_SECURITY_POLICY),
});
