import assert from "node:assert/strict";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import {
  addressWithin,
  parseCookies,
  parsePolicy,
  refusalOf,
  type SignedRequest,
} from "../../local/edge/signedCookies.js";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }) as string;
const SIGNERS = new Map([
  ["KRSA", pem(rsa.publicKey)],
  ["KEC", pem(elliptic.publicKey)],
]);

const ORIGIN = "http://127.0.0.1:8080";
const NOW = 1_800_000_000;
const A = "0199d2a0-0000-7000-8000-00000000000a";
const B = "0199d2a0-0000-7000-8000-00000000000b";

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("base64").replaceAll("+", "-").replaceAll("=", "_").replaceAll("/", "~");
const policyOf = (resource: string, condition: object): string =>
  JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });
const until = (seconds: number): object => ({ DateLessThan: { "AWS:EpochTime": seconds } });

interface Options {
  hash?: "SHA1" | "SHA256";
  key?: KeyObject;
  keyId?: string;
  path?: string;
  now?: number;
  address?: string;
  cookies?: Record<string, string | undefined>;
}

/** A request for title A's manifest that carries a cookie over `policy`; every part can be spoilt. */
function requestWith(policy: string, options: Options = {}): SignedRequest {
  const { hash = "SHA256", key = rsa.privateKey, keyId = "KRSA" } = options;
  const cookies: Record<string, string | undefined> = {
    "CloudFront-Policy": base64(Buffer.from(policy)),
    "CloudFront-Signature": base64(sign(hash.toLowerCase(), Buffer.from(policy), key)),
    "CloudFront-Key-Pair-Id": keyId,
    "CloudFront-Hash-Algorithm": hash,
    ...options.cookies,
  };
  return {
    url: `${ORIGIN}${options.path ?? `/media/${A}/1/stream.m3u8`}`,
    cookies: new Map(Object.entries(cookies).filter((pair): pair is [string, string] => pair[1] !== undefined)),
    address: options.address ?? "127.0.0.1",
    now: (options.now ?? NOW) * 1000,
  };
}

const forA = policyOf(`${ORIGIN}/media/${A}/*`, until(NOW + 100));
const verdict = (request: SignedRequest): string => refusalOf(request, SIGNERS)?.code ?? "pass";

describe("signed cookies", () => {
  it("pass with SHA-256, with SHA-1 by default, and with an elliptic key", () => {
    assert.equal(verdict(requestWith(forA)), "pass");
    assert.equal(
      verdict(requestWith(forA, { hash: "SHA1", cookies: { "CloudFront-Hash-Algorithm": undefined } })),
      "pass",
    );
    assert.equal(verdict(requestWith(forA, { key: elliptic.privateKey, keyId: "KEC" })), "pass");
  });

  const refused: [name: string, request: SignedRequest, code: string][] = [
    [
      "title A's cookie does not open title B",
      requestWith(forA, { path: `/media/${B}/1/stream.m3u8` }),
      "AccessDenied",
    ],
    ["nor an id that begins with A's", requestWith(forA, { path: `/media/${A}2/1/stream.m3u8` }), "AccessDenied"],
    ["nor another prefix", requestWith(forA, { path: `/posters/${A}/1.jpg` }), "AccessDenied"],
    ["an expired one opens nothing", requestWith(forA, { now: NOW + 100 }), "AccessDenied"],
    ["one signed by another key", requestWith(forA, { key: other.privateKey }), "AccessDenied"],
    ["one that names an unknown key", requestWith(forA, { keyId: "KNONE" }), "InvalidKey"],
    [
      "a hash that is not the one it was signed with",
      requestWith(forA, { cookies: { "CloudFront-Hash-Algorithm": "SHA1" } }),
      "AccessDenied",
    ],
    ["a hash nobody knows", requestWith(forA, { cookies: { "CloudFront-Hash-Algorithm": "MD5" } }), "AccessDenied"],
    [
      "a policy changed after it was signed",
      requestWith(forA, {
        cookies: { "CloudFront-Policy": base64(Buffer.from(policyOf(`${ORIGIN}/*`, until(NOW + 100)))) },
      }),
      "AccessDenied",
    ],
    ["no cookie at all", { ...requestWith(forA), cookies: new Map() }, "MissingKey"],
    ["no signature", requestWith(forA, { cookies: { "CloudFront-Signature": undefined } }), "MissingSignature"],
    ["no policy", requestWith(forA, { cookies: { "CloudFront-Policy": undefined } }), "MissingPolicy"],
    ["a policy that is not base64", requestWith(forA, { cookies: { "CloudFront-Policy": "{}" } }), "MalformedPolicy"],
    [
      "a signature that is not base64",
      requestWith(forA, { cookies: { "CloudFront-Signature": "%%%" } }),
      "AccessDenied",
    ],
    [
      "a policy of another scheme",
      requestWith(policyOf(`https://127.0.0.1:8080/media/${A}/*`, until(NOW + 100))),
      "AccessDenied",
    ],
  ];
  for (const [name, request, code] of refused) it(`refuse: ${name}`, () => assert.equal(verdict(request), code));

  it("obey DateGreaterThan and IpAddress", () => {
    const later = policyOf(`${ORIGIN}/*`, { ...until(NOW + 100), DateGreaterThan: { "AWS:EpochTime": NOW } });
    assert.equal(verdict(requestWith(later)), "AccessDenied");
    assert.equal(verdict(requestWith(later, { now: NOW + 1 })), "pass");
    const from = policyOf(`${ORIGIN}/*`, { ...until(NOW + 100), IpAddress: { "AWS:SourceIp": "192.0.2.0/24" } });
    assert.equal(verdict(requestWith(from, { address: "192.0.2.77" })), "pass");
    assert.equal(verdict(requestWith(from, { address: "::ffff:192.0.2.77" })), "pass");
    assert.equal(verdict(requestWith(from, { address: "192.0.3.1" })), "AccessDenied");
  });

  it("take a canned policy for its one URL only", () => {
    const url = `${ORIGIN}/media/${A}/1/stream.m3u8`;
    const text = `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":${NOW + 9}}}}]}`;
    const canned = {
      "CloudFront-Policy": undefined,
      "CloudFront-Expires": String(NOW + 9),
      "CloudFront-Signature": base64(sign("sha256", Buffer.from(text), rsa.privateKey)),
    };
    assert.equal(verdict(requestWith(forA, { cookies: canned })), "pass");
    assert.equal(verdict(requestWith(forA, { cookies: canned, path: `/media/${A}/1/other.m3u8` })), "AccessDenied");
    assert.equal(verdict(requestWith(forA, { cookies: canned, now: NOW + 9 })), "AccessDenied");
    assert.equal(
      verdict(requestWith(forA, { cookies: { ...canned, "CloudFront-Expires": "soon" } })),
      "MalformedPolicy",
    );
  });
});

describe("policies", () => {
  const bad: [string, string][] = [
    ["not JSON", "{"],
    ["an epoch in quotes", policyOf("*", { DateLessThan: { "AWS:EpochTime": String(NOW) } })],
    ["an epoch with a fraction", policyOf("*", { DateLessThan: { "AWS:EpochTime": 1.5 } })],
    ["no end in time", policyOf("*", { IpAddress: { "AWS:SourceIp": "0.0.0.0/0" } })],
    ["two statements", JSON.stringify({ Statement: [{}, {}] })],
    ["an unknown condition", policyOf("*", { ...until(NOW), Bool: {} })],
    ["a beginning in quotes", policyOf("*", { ...until(NOW), DateGreaterThan: { "AWS:EpochTime": "1" } })],
    ["an array", "[]"],
  ];
  for (const [name, text] of bad) it(`are refused with ${name}`, () => assert.equal(parsePolicy(text), null));

  it("give their parts", () => {
    assert.deepEqual(parsePolicy(policyOf("http*://x/*", until(7))), { resource: "http*://x/*", lessThan: 7 });
  });
});

describe("cookie header and addresses", () => {
  it("reads pairs, the first of a name, values with =", () => {
    assert.deepEqual(
      [...parseCookies("a=1; b=2==; a=3; c")],
      [
        ["a", "1"],
        ["b", "2=="],
      ],
    );
    assert.equal(parseCookies(undefined).size, 0);
  });

  it("knows an address in a block, and no block that is none", () => {
    assert.equal(addressWithin("10.1.2.3", "10.0.0.0/8"), true);
    assert.equal(addressWithin("11.1.2.3", "10.0.0.0/8"), false);
    assert.equal(addressWithin("10.1.2.3", "10.1.2.3"), true);
    assert.equal(addressWithin("1.2.3.4", "0.0.0.0/0"), true);
    assert.equal(addressWithin("1.2.3.4", "0.0.0.0/33"), false);
    assert.equal(addressWithin("1.2.3.4", "nowhere"), false);
    assert.equal(addressWithin("2001:db8::1", "0.0.0.0/0"), false);
  });
});
