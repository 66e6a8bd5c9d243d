import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { ttlOf, type CachePolicy } from "../../local/edge/cachePolicy.js";
import { acceptedEncoding, isCompressible } from "../../local/edge/compress.js";
import { applyResponseHeaders } from "../../local/edge/responseHeaders.js";
import { isNotModified, parseRange, rangeWanted } from "../../local/edge/send.js";
import { parseTarget } from "../../local/edge/target.js";

const policy = (minTtl: number, defaultTtl: number, maxTtl: number): CachePolicy => ({
  minTtl,
  defaultTtl,
  maxTtl,
  gzip: true,
  brotli: true,
});
const NOW = Date.UTC(2026, 0, 1);

describe("time to live", () => {
  const cases: [name: string, policy: CachePolicy, headers: Parameters<typeof ttlOf>[1], seconds: number][] = [
    ["the default when the origin says nothing", policy(0, 60, 3600), {}, 60],
    ["the least, if it is more than the default", policy(90, 60, 3600), {}, 90],
    ["max-age", policy(0, 60, 3600), { cacheControl: "public, max-age=120" }, 120],
    ["max-age, but not above the most", policy(0, 60, 3600), { cacheControl: "max-age=999999" }, 3600],
    ["max-age, but not below the least", policy(30, 60, 3600), { cacheControl: "max-age=1" }, 30],
    ["s-maxage before max-age", policy(0, 60, 3600), { cacheControl: "max-age=5, s-maxage=500" }, 500],
    [
      "max-age before Expires",
      policy(0, 60, 3600),
      { cacheControl: "max-age=5", expires: "Thu, 01 Jan 2026 00:10:00 GMT" },
      5,
    ],
    ["Expires", policy(0, 60, 3600), { expires: "Thu, 01 Jan 2026 00:10:00 GMT" }, 600],
    ["nothing once Expires is over", policy(0, 60, 3600), { expires: "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    ["the default when Expires is no date", policy(0, 60, 3600), { expires: "never" }, 60],
    ["nothing for no-store", policy(0, 60, 3600), { cacheControl: "no-store" }, 0],
    ["the least even for no-cache", policy(10, 60, 3600), { cacheControl: "no-cache, max-age=99" }, 10],
    ["nothing for private", policy(0, 60, 3600), { cacheControl: "private, max-age=99" }, 0],
    ["nothing when caching is off", policy(0, 0, 0), { cacheControl: "max-age=99" }, 0],
  ];
  for (const [name, bounds, headers, seconds] of cases)
    it(`is ${name}`, () => assert.equal(ttlOf(bounds, headers, NOW), seconds));
});

describe("ranges", () => {
  const cases: [string | undefined, ReturnType<typeof parseRange>][] = [
    [undefined, undefined],
    ["bytes=0-0", { first: 0, last: 0 }],
    ["bytes=10-", { first: 10, last: 99 }],
    ["bytes=90-1000", { first: 90, last: 99 }],
    ["bytes=-10", { first: 90, last: 99 }],
    ["bytes=-1000", { first: 0, last: 99 }],
    ["bytes=100-", null],
    ["bytes=-0", null],
    ["bytes=5-2", undefined],
    ["bytes=0-1,5-6", undefined],
    ["bytes=-", undefined],
    ["items=0-1", undefined],
  ];
  for (const [header, range] of cases)
    it(`${header} of 100 bytes`, () => assert.deepEqual(parseRange(header, 100), range));

  it("are given only for the version that the viewer has", () => {
    const request = { headers: { range: "bytes=0-1", "if-range": '"old"' } } as unknown as IncomingMessage;
    assert.equal(rangeWanted(request, { etag: '"new"' }), undefined);
    assert.equal(rangeWanted(request, { etag: '"old"' }), "bytes=0-1");
  });
});

describe("conditions", () => {
  const modified = (headers: Record<string, string>): boolean =>
    !isNotModified({ headers } as unknown as IncomingMessage, {
      etag: '"a"',
      "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
    });
  it("compare tags weakly, in lists, and before times", () => {
    assert.equal(modified({ "if-none-match": '"x", W/"a"' }), false);
    assert.equal(modified({ "if-none-match": "*" }), false);
    assert.equal(modified({ "if-none-match": '"b"' }), true);
    assert.equal(modified({ "if-none-match": '"b"', "if-modified-since": "Thu, 01 Jan 2027 00:00:00 GMT" }), true);
    assert.equal(modified({ "if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT" }), false);
    assert.equal(modified({ "if-modified-since": "Wed, 31 Dec 2025 23:59:59 GMT" }), true);
    assert.equal(modified({}), true);
  });
});

describe("compression", () => {
  it("prefers Brotli, obeys q=0 and the policy", () => {
    const both = policy(0, 0, 0);
    assert.equal(acceptedEncoding("gzip, deflate, br", both), "br");
    assert.equal(acceptedEncoding("gzip, br;q=0", both), "gzip");
    assert.equal(acceptedEncoding("br", { ...both, brotli: false }), null);
    assert.equal(acceptedEncoding("gzip;q=0.0", both), null);
    assert.equal(acceptedEncoding(undefined, both), null);
  });

  it("is for CloudFront's types and sizes", () => {
    assert.equal(isCompressible("application/vnd.apple.mpegurl", 1_000), true);
    assert.equal(isCompressible("application/dash+xml", 10_000_000), true);
    assert.equal(isCompressible("text/html; charset=utf-8", 5_000), true);
    assert.equal(isCompressible("text/html", 999), false);
    assert.equal(isCompressible("text/html", 10_000_001), false);
    assert.equal(isCompressible("video/mp4", 5_000), false);
  });
});

describe("targets", () => {
  const cases: [string, ReturnType<typeof parseTarget>][] = [
    ["/", { path: "/", query: "", key: "" }],
    ["/a%20b?x=1?2", { path: "/a%20b", query: "x=1?2", key: "a b" }],
    ["/%6dedia/x", { path: "/media/x", query: "", key: "media/x" }],
    ["/media/a/../b", { path: "/media/b", query: "", key: "media/b" }],
    ["/media/a/%2e%2E/b", { path: "/media/b", query: "", key: "media/b" }],
    ["/media/..", { path: "/", query: "", key: "" }],
    ["/../../x", { path: "/x", query: "", key: "x" }],
    ["/posters/..%2fmedia/x", { path: "/posters/..%2Fmedia/x", query: "", key: "posters/../media/x" }],
    ["//double", { path: "//double", query: "", key: "/double" }],
    ["/%ff", null],
    ["/%zz", null],
    ["http://elsewhere/", null],
    ["*", null],
  ];
  for (const [url, target] of cases) it(url, () => assert.deepEqual(parseTarget(url), target));
});

describe("response headers", () => {
  it("replace, add and take away as the policy says", () => {
    const added = [
      { name: "x-frame-options", value: "DENY", override: true },
      { name: "referrer-policy", value: "no-referrer", override: false },
    ];
    const origin = { "x-frame-options": "SAMEORIGIN", "referrer-policy": "origin", server: "AmazonS3" };
    assert.deepEqual(applyResponseHeaders({ added, removed: ["server"] }, origin), {
      "x-frame-options": "DENY",
      "referrer-policy": "origin",
    });
  });
});
