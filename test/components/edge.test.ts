import { strict as assert } from "node:assert";
import { recordEdge } from "../support/edge";
import { KEY, platform } from "../support/platform";
import { ACCOUNT, json, PUBLIC_KEY, type Recording } from "../support/recorder";

const DISTRIBUTION = `arn:aws:cloudfront:us-east-1:${ACCOUNT}:e-distribution-1a2b3c4`;
describe("VodEdge", () => {
  let edge: Recording;
  const inputs = (type: string, name: string) => edge.one(type, name).inputs;
  const distribution = () => inputs("aws:cloudfront/distribution:Distribution", "e-distribution");
  before(async () => {
    edge = await recordEdge();
  });

  it("signs media and nothing else, in the order in which CloudFront matches", () => {
    const { orderedCacheBehaviors, defaultCacheBehavior } = distribution();
    const rows = [...orderedCacheBehaviors, defaultCacheBehavior].map((behavior) => [
      behavior.pathPattern ?? "default",
      behavior.targetOriginId,
      behavior.cachePolicyId,
      behavior.responseHeadersPolicyId,
      behavior.trustedKeyGroups?.join() ?? "-",
    ]);
    const id = (role: string): string => `id-of-e-${role}-1a2b3c4`;
    assert.deepEqual(rows, [
      ["/api/*", "balancer", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", id("api-headers"), "-"],
      ["/media/*.m3u8", "media-regions", id("manifests"), id("media-headers"), id("key-group")],
      ["/media/*.mpd", "media-regions", id("manifests"), id("media-headers"), id("key-group")],
      ["/media/*", "media-regions", id("segments"), id("media-headers"), id("key-group")],
      ["/posters/*", "media-regions", id("posters"), id("media-headers"), "-"],
      ["default", "web", id("pages"), id("page-headers"), "-"],
    ]);
  });

  it("serves by HTTPS, compressed; objects for reading only, the api by every method", () => {
    const { orderedCacheBehaviors, defaultCacheBehavior } = distribution();
    const [api, ...stored] = [...orderedCacheBehaviors, defaultCacheBehavior];
    for (const { viewerProtocolPolicy, compress } of [api, ...stored])
      assert.deepEqual([viewerProtocolPolicy, compress], ["redirect-to-https", true]);
    for (const { allowedMethods, cachedMethods, originRequestPolicyId } of stored)
      assert.deepEqual(
        { allowedMethods, cachedMethods, originRequestPolicyId },
        {
          allowedMethods: ["GET", "HEAD"],
          cachedMethods: ["GET", "HEAD"],
          originRequestPolicyId: undefined,
        },
      );
    assert.deepEqual(api.allowedMethods, ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
    assert.equal(api.originRequestPolicyId, "b689b0a8-53d0-40ab-baf2-68738e2966ac");
  });

  it("reaches every bucket by access control", () => {
    const origin = (originId: string, bucketName: string, access: string) => ({
      originId,
      domainName: `${bucketName}.s3.us-east-1.amazonaws.com`,
      originAccessControlId: `id-of-e-${access}-access-1a2b3c4`,
      connectionAttempts: 2,
      connectionTimeout: 5,
    });
    assert.deepEqual(distribution().origins.slice(0, 3), [
      origin("media", "media", "media"),
      origin("media-replica", "copy", "media"),
      origin("web", "web", "web"),
    ]);
    for (const { inputs: control } of edge.all("aws:cloudfront/originAccessControl:OriginAccessControl")) {
      assert.deepEqual(control, {
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      });
    }
  });

  it("asks the other region's copy when the first fails, but not when it refuses", () => {
    assert.deepEqual(distribution().originGroups, [
      {
        originId: "media-regions",
        failoverCriteria: { statusCodes: [500, 502, 503, 504] },
        members: [{ originId: "media" }, { originId: "media-replica" }],
      },
    ]);
  });

  it("keeps segments a year, manifests a minute, posters a day", () => {
    const ttl = (role: string): number[] => {
      const { minTtl, defaultTtl, maxTtl } = inputs("aws:cloudfront/cachePolicy:CachePolicy", `e-${role}`);
      return [minTtl, defaultTtl, maxTtl];
    };
    assert.deepEqual(ttl("segments"), [86_400, 31_536_000, 31_536_000]);
    assert.deepEqual(ttl("manifests"), [0, 60, 3600]);
    assert.deepEqual(ttl("posters"), [0, 86_400, 86_400]);
    assert.deepEqual(ttl("pages"), [0, 300, 31_536_000]);
  });

  it("caches by path alone, in gzip and Brotli too: no cookie makes a copy of its own", () => {
    for (const { inputs: policy } of edge.all("aws:cloudfront/cachePolicy:CachePolicy")) {
      assert.deepEqual(policy.parametersInCacheKeyAndForwardedToOrigin, {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      });
    }
  });

  it("keeps no error longer than a second", () => {
    assert.deepEqual(
      distribution().customErrorResponses,
      [403, 404, 500, 502, 503, 504].map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
    );
  });

  it("sets security headers on pages and on media, and lets nobody cache an error by a header", () => {
    for (const name of ["e-media-headers", "e-page-headers", "e-api-headers"]) {
      const policy = inputs("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", name);
      const { strictTransportSecurity, contentTypeOptions, frameOptions } = policy.securityHeadersConfig;
      assert.ok(strictTransportSecurity.accessControlMaxAgeSec >= 31_536_000 && strictTransportSecurity.override);
      assert.deepEqual(
        [contentTypeOptions, frameOptions],
        [{ override: true }, { frameOption: "DENY", override: true }],
      );
      assert.doesNotMatch(JSON.stringify(policy.customHeadersConfig), /cache-control/i);
    }
    const pages = inputs("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "e-page-headers");
    const csp: string = pages.securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy;
    assert.doesNotMatch(csp, /unsafe|\*|http/);
    assert.match(csp, /default-src 'self'; script-src 'self'/);
  });

  it("gives CloudFront the public half of the key, once with one line end", () => {
    assert.equal(inputs("aws:cloudfront/publicKey:PublicKey", "e-public-key").encodedKey, `${PUBLIC_KEY}\n`);
    assert.deepEqual(inputs("aws:cloudfront/keyGroup:KeyGroup", "e-key-group").items, ["id-of-e-public-key-1a2b3c4"]);
  });

  it("admits this distribution to pages, media and posters, and to nothing else of the media bucket", () => {
    const policy = (role: string) =>
      json(inputs("aws:s3/bucketPolicy:BucketPolicy", `e-${role}-policy`).policy).Statement;
    assert.deepEqual(policy("media")[1], {
      Sid: "Distribution",
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::media/media/*", "arn:aws:s3:::media/posters/*"],
      Condition: { StringEquals: { "aws:SourceArn": DISTRIBUTION } },
    });
    assert.deepEqual(policy("web")[1].Resource, ["arn:aws:s3:::web/*"]);
    const copy = policy("media-replica")[1];
    assert.deepEqual(copy, {
      ...policy("media")[1],
      Resource: ["arn:aws:s3:::copy/media/*", "arn:aws:s3:::copy/posters/*"],
    });
    assert.equal(inputs("aws:s3/bucketPolicy:BucketPolicy", "e-media-replica-policy").region, "us-west-2");
    for (const role of ["media", "media-replica", "web"]) assert.equal(policy(role)[0].Sid, "DenyPlainText");
  });

  for (const [role, region] of [
    ["media", undefined],
    ["media-replica", "us-west-2"],
  ])
    it(`lets this distribution decrypt with the ${role} key, and the account go on ruling it`, () => {
      const { keyId, policy, region: where } = inputs("aws:kms/keyPolicy:KeyPolicy", `e-${role}-key-policy`);
      assert.deepEqual([keyId, where], [KEY(role ?? ""), region]);
      const { Statement } = json(policy);
      assert.deepEqual(Statement.at(-1), {
        Sid: "Distribution",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: ["kms:Decrypt"],
        Resource: ["*"],
        Condition: { StringEquals: { "aws:SourceArn": DISTRIBUTION } },
      });
      assert.ok(Statement.some(({ Action }: { Action: string[] }) => Action.includes("kms:PutKeyPolicy")));
    });

  it("delivers access logs from us-east-1, wherever the stack is", async () => {
    const far = await recordEdge({ platform: platform({ region: "eu-west-1" }) });
    const source = far.one("aws:cloudwatch/logDeliverySource:LogDeliverySource", "e-log-source").inputs;
    const { region, logType, resourceArn } = source;
    assert.deepEqual([region, logType, resourceArn], ["us-east-1", "ACCESS_LOGS", DISTRIBUTION]);
    const destination = far.one(
      "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
      "e-log-destination",
    ).inputs;
    assert.deepEqual(
      [destination.region, destination.deliveryDestinationConfiguration],
      ["us-east-1", { destinationResourceArn: "arn:aws:s3:::logs" }],
    );
    assert.equal(far.one("aws:cloudwatch/logDelivery:LogDelivery", "e-log-delivery").inputs.region, "us-east-1");
  });

  it("runs under CloudFront's name without a domain", () => {
    const { aliases, viewerCertificate, priceClass, defaultRootObject } = distribution();
    assert.equal(aliases, undefined);
    assert.deepEqual(viewerCertificate, { cloudfrontDefaultCertificate: true });
    assert.deepEqual([priceClass, defaultRootObject], ["PriceClass_100", "index.html"]);
    assert.deepEqual(edge.one("vod:index:VodEdge", "e").outputs, {
      distributionId: "id-of-e-distribution-1a2b3c4",
      distributionDomain: "d111111abcdef8.cloudfront.net",
      viewerOrigin: "https://d111111abcdef8.cloudfront.net",
      keyPairId: "id-of-e-public-key-1a2b3c4",
    });
  });

  it("uses the domain, with TLS 1.2 at least", async () => {
    const domain = { name: "vod.example.com", certificateArn: "arn:aws:acm:us-east-1:0:certificate/c" };
    const own = await recordEdge({ domain, priceClass: "PriceClass_All" });
    const { aliases, viewerCertificate, priceClass } = own.one(
      "aws:cloudfront/distribution:Distribution",
      "e-distribution",
    ).inputs;
    assert.deepEqual([aliases, priceClass], [["vod.example.com"], "PriceClass_All"]);
    assert.deepEqual(viewerCertificate, {
      acmCertificateArn: domain.certificateArn,
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: "TLSv1.2_2021",
    });
    const { outputs } = own.one("vod:index:VodEdge", "e");
    assert.equal(outputs.viewerOrigin, "https://vod.example.com");
  });
});
