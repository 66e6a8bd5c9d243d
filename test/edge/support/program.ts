/** A small program's record with the shape that the distribution really has, for buckets that a test made. */
import type { EdgeRecord } from "../../../local/edge/plan.js";

export const DISTRIBUTION_ARN = "arn:aws:cloudfront::000000000000:distribution/EDFDVBD6EXAMPLE";

type Resource = EdgeRecord["resources"][number];

const resource = (type: string, name: string, inputs: object, outputs: object = {}): Resource => ({
  urn: `urn:pulumi:test::vod::${type}::${name}`,
  type,
  name,
  id: `${name}-id`,
  inputs: inputs as Resource["inputs"],
  outputs: { ...inputs, ...outputs } as Resource["outputs"],
});

const cachePolicy = (name: string, min: number, standard: number, max: number, extra: object = {}): Resource =>
  resource("aws:cloudfront/cachePolicy:CachePolicy", name, {
    minTtl: min,
    defaultTtl: standard,
    maxTtl: max,
    parametersInCacheKeyAndForwardedToOrigin: {
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "none" },
      queryStringsConfig: { queryStringBehavior: "none" },
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
      ...extra,
    },
  });

const bucket = (name: string): Resource =>
  resource(
    "aws:s3/bucket:Bucket",
    name,
    {},
    { bucket: name, bucketRegionalDomainName: `${name}.s3.us-east-1.amazonaws.com` },
  );

const origin = (originId: string, name: string): object => ({
  originId,
  domainName: `${name}.s3.us-east-1.amazonaws.com`,
});

export interface ProgramOptions {
  media: string;
  web: string;
  publicKeyPem: string;
  /** Merged into the distribution's inputs. */
  distribution?: object;
  /** Merged into the behaviour of the segments. */
  segments?: object;
  /** Merged into the behaviour of the api. */
  api?: object;
  /** Merged into the key of the pages' cache policy. */
  pagesKey?: object;
}

export function programRecord(options: ProgramOptions): EdgeRecord {
  const behavior = (targetOriginId: string, cache: string, headers: string, signed: boolean): object => ({
    targetOriginId,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: `${cache}-id`,
    responseHeadersPolicyId: `${headers}-id`,
    ...(signed && { trustedKeyGroups: ["group-id"] }),
  });
  const headers = (name: string, csp: string): Resource =>
    resource("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", name, {
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy: csp, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: true },
        referrerPolicy: { referrerPolicy: "same-origin", override: true },
        strictTransportSecurity: { accessControlMaxAgeSec: 9, includeSubdomains: true, preload: false, override: true },
      },
      customHeadersConfig: { items: [{ header: "Cross-Origin-Opener-Policy", value: "same-origin", override: true }] },
    });
  const distribution = {
    defaultRootObject: "index.html",
    origins: [
      origin("media", options.media),
      origin("replica", "elsewhere"),
      origin("web", options.web),
      { originId: "balancer", domainName: "balancer.internal", vpcOriginConfig: { vpcOriginId: "vo_1" } },
    ],
    originGroups: [{ originId: "regions", members: [{ originId: "media" }, { originId: "replica" }] }],
    orderedCacheBehaviors: [
      {
        pathPattern: "/api/*",
        ...behavior("balancer", "", "api-headers", false),
        allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        originRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        ...options.api,
      },
      { pathPattern: "/media/*.m3u8", ...behavior("regions", "manifests", "media-headers", true) },
      { pathPattern: "/media/*", ...behavior("regions", "segments", "media-headers", true), ...options.segments },
      { pathPattern: "/posters/*", ...behavior("media", "posters", "media-headers", false) },
    ],
    defaultCacheBehavior: behavior("web", "pages", "page-headers", false),
    customErrorResponses: [403, 404].map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
    ...options.distribution,
  };
  return {
    resources: [
      bucket(options.media),
      bucket(options.web),
      cachePolicy("segments", 86_400, 31_536_000, 31_536_000),
      cachePolicy("manifests", 0, 60, 3_600),
      cachePolicy("posters", 0, 86_400, 86_400),
      cachePolicy("pages", 0, 300, 31_536_000, options.pagesKey),
      headers("media-headers", "default-src 'none'"),
      headers("page-headers", "default-src 'self'"),
      headers("api-headers", "default-src 'none'; frame-ancestors 'none'"),
      resource("aws:cloudfront/publicKey:PublicKey", "KEY", { encodedKey: options.publicKeyPem }),
      resource("aws:cloudfront/keyGroup:KeyGroup", "group", { items: ["KEY-id"] }),
      resource("aws:cloudfront/distribution:Distribution", "distribution", distribution, { arn: DISTRIBUTION_ARN }),
    ],
  };
}
