import assert from "node:assert/strict";
import { edgePlanFrom } from "../../local/edge/plan.js";
import { DISTRIBUTION_ARN, programRecord } from "./support/program.js";

const options = { media: "media-bucket", web: "web-bucket", publicKeyPem: "-----PEM-----" };
const record = programRecord(options);

describe("the edge's plan", () => {
  const plan = edgePlanFrom(record);

  it("has the behaviours in the distribution's order, the default one last", () => {
    assert.deepEqual(
      plan.behaviors.map((behavior) => [
        behavior.pattern,
        behavior.kind === "bucket" ? behavior.bucket : "balancer",
        behavior.signers && [...behavior.signers],
      ]),
      [
        ["/api/*", "balancer", null],
        ["/media/*.m3u8", "media-bucket", [["KEY-id", "-----PEM-----"]]],
        ["/media/*", "media-bucket", [["KEY-id", "-----PEM-----"]]],
        ["/posters/*", "media-bucket", null],
        ["*", "web-bucket", null],
      ],
    );
  });

  it("has each behaviour's cache policy and headers", () => {
    const [, manifests, segments] = plan.behaviors;
    assert.ok(manifests?.kind === "bucket" && segments?.kind === "bucket");
    assert.deepEqual(manifests.cache, { minTtl: 0, defaultTtl: 60, maxTtl: 3_600, gzip: true, brotli: true });
    assert.equal(segments.cache.minTtl, 86_400);
    assert.deepEqual(
      segments.headers.added.map(({ name, value }) => `${name}: ${value}`),
      [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
        "referrer-policy: same-origin",
        "strict-transport-security: max-age=9; includeSubDomains",
        "cross-origin-opener-policy: same-origin",
      ],
    );
  });

  it("has the distribution's own settings", () => {
    assert.equal(plan.distributionArn, DISTRIBUTION_ARN);
    assert.equal(plan.defaultRootObject, "index.html");
    assert.equal(plan.failover, true);
    assert.deepEqual(
      [...plan.errorTtls],
      [
        [403, 1],
        [404, 1],
      ],
    );
  });

  const refused: [name: string, changed: Parameters<typeof programRecord>[0], message: RegExp][] = [
    ["a function", { ...options, segments: { functionAssociations: [{}] } }, /\/media\/\* sets functionAssociations/],
    ["writing methods", { ...options, segments: { allowedMethods: ["GET", "PUT"] } }, /\/media\/\* lets viewers write/],
    ["an origin that is not there", { ...options, segments: { targetOriginId: "group" } }, /names origin group/],
    [
      "a policy that is not there",
      { ...options, segments: { cachePolicyId: "gone" } },
      /with id gone, which behaviour \/media\/\* names/,
    ],
    [
      "an origin that is no bucket",
      { ...options, segments: { targetOriginId: "replica" } },
      /elsewhere\.s3\.us-east-1\.amazonaws\.com is none of the program's buckets/,
    ],
    [
      "a group without members",
      { ...options, distribution: { originGroups: [{ originId: "regions", members: [] }] } },
      /names origin regions, which is not there/,
    ],
    [
      "a balancer whose answers are kept",
      { ...options, api: { cachePolicyId: "pages-id" } },
      /\/api\/\* has policies pages-id and b689b0a8/,
    ],
    [
      "a balancer that misses headers",
      { ...options, api: { originRequestPolicyId: undefined } },
      /\/api\/\* has policies 4135ea2d.* and undefined/,
    ],
    [
      "a bucket that is told of viewers",
      { ...options, segments: { originRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac" } },
      /\/media\/\* has an origin request policy/,
    ],
    [
      "a replaced error",
      { ...options, distribution: { customErrorResponses: [{ errorCode: 404, responsePagePath: "/" }] } },
      /replaces error 404/,
    ],
    [
      "a key of cookies",
      { ...options, pagesKey: { cookiesConfig: { cookieBehavior: "all" } } },
      /cookieBehavior to "all"/,
    ],
  ];
  for (const [name, changed, message] of refused)
    it(`refuses ${name}`, () => assert.throws(() => edgePlanFrom(programRecord(changed)), message));

  it("refuses a program without a distribution", () => {
    const none = { resources: record.resources.filter(({ name }) => name !== "distribution") };
    assert.throws(() => edgePlanFrom(none), /0 distributions/);
  });
});
