/** The pure parts: cookies, signatures, cursors, what is kept fresh, settings. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cloudFrontBase64,
  policyText,
  signedCookies,
  titleResource,
} from "../../services/api/src/core/cookiePolicy.js";
import { decodeCursor, encodeCursor } from "../../services/api/src/core/cursor.js";
import { FreshCache } from "../../services/api/src/core/freshCache.js";
import { readSettings } from "../../services/api/src/core/settings.js";
import { expiryOf, Signatures } from "../../services/api/src/core/signatures.js";
import { matchesEtag } from "../../services/api/src/http/readyBytes.js";

const ID = "0199d2a0-0000-7000-8000-00000000000a";

describe("the cookies", () => {
  it("name one title's path and a whole second, without white space", () => {
    const resource = titleResource("https://vod.example.com", ID);
    assert.equal(
      policyText(resource, 1_800_000_000.9),
      `{"Statement":[{"Resource":"https://vod.example.com/media/${ID}/*","Condition":{"DateLessThan":{"AWS:EpochTime":1800000000}}}]}`,
    );
  });

  it("are four, for that path only, out of reach of scripts and other sites", () => {
    const cookies = signedCookies({ policy: "{}", signature: Buffer.from([0xfb, 0xff, 0xfe]), keyPairId: "K1" }, ID);
    const attributes = `; Path=/media/${ID}/; HttpOnly; Secure; SameSite=Strict`;
    assert.deepEqual(cookies, [
      `CloudFront-Policy=e30_${attributes}`,
      `CloudFront-Signature=-~~-${attributes}`,
      `CloudFront-Key-Pair-Id=K1${attributes}`,
      `CloudFront-Hash-Algorithm=SHA256${attributes}`,
    ]);
  });

  it("stay below the 4,096 bytes that browsers keep of one", () => {
    const policy = policyText(titleResource(`https://${"a".repeat(253)}`, ID), 1_800_000_000);
    for (const cookie of signedCookies({ policy, signature: Buffer.alloc(256, 255), keyPairId: "K".repeat(20) }, ID))
      assert.ok(cookie.length < 4_096);
  });

  it("use CloudFront's base64", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = cloudFrontBase64(bytes);
        assert.match(text, /^[A-Za-z0-9\-_~]*$/);
        const back = Buffer.from(text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"), "base64");
        assert.ok(back.equals(Buffer.from(bytes)));
      }),
    );
  });
});

describe("the signature of a title", () => {
  const HOUR = 3_600_000;
  let now = 0;
  let calls = 0;
  let away: Error | null = null;
  const make = (): Signatures =>
    new Signatures({
      sign: async (message) => {
        calls += 1;
        if (away) throw away;
        return message;
      },
      keyPairId: "K1",
      origin: "https://vod.example.com",
      now: () => now,
    });
  beforeEach(() => {
    now = Date.UTC(2026, 0, 1, 0, 30);
    calls = 0;
    away = null;
  });

  it("ends at the end of its hour and four hours more, or twice the film", () => {
    const start = Date.UTC(2026, 0, 1) / 1000;
    assert.equal(expiryOf(start, 60), start + 5 * 3_600);
    assert.equal(expiryOf(start + 3_599, 60), start + 5 * 3_600);
    assert.equal(expiryOf(start + 3_600, 60), start + 6 * 3_600);
    assert.equal(expiryOf(start, 10 * 3_600), start + 21 * 3_600);
  });

  it("is made once for a title and an hour, however many ask at once", async () => {
    const signatures = make();
    const all = await Promise.all(Array.from({ length: 50 }, () => signatures.of(ID, 60)));
    assert.equal(new Set(all).size, 1);
    now += HOUR / 4;
    await signatures.of(ID, 60);
    assert.equal(calls, 1);
    now += HOUR;
    await signatures.of(ID, 60);
    assert.equal(calls, 2);
    await signatures.of(ID.replace("a", "b"), 60);
    assert.equal(calls, 3);
  });

  it("is served on while the signer is away, as long as it is valid, and not a minute longer", async () => {
    const signatures = make();
    const first = await signatures.of(ID, 60);
    away = new Error("KMS is away");
    const told: unknown[] = [];
    now = first.expires * 1000 - 61_000;
    assert.equal(await signatures.of(ID, 60, (error) => told.push(error)), first);
    assert.deepEqual(told, [away]);
    assert.equal(signatures.state, "failed");
    now = first.expires * 1000 - 59_000;
    await assert.rejects(signatures.of(ID, 60), /KMS is away/);
    away = null;
    const renewed = await signatures.of(ID, 60);
    assert.ok(renewed.expires > first.expires);
    assert.equal(signatures.state, "ok");
  });

  it("is not kept when it could not be made", async () => {
    const signatures = make();
    away = new Error("KMS is away");
    await assert.rejects(signatures.of(ID, 60));
    away = null;
    assert.equal((await signatures.of(ID, 60)).keyPairId, "K1");
  });
});

describe("cursors", () => {
  it("come back as they were", () => {
    const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.nat(999), fc.uuid(), (day, micro, videoId) => {
        const publishedAt = day.toISOString().replace("Z", `${String(micro).padStart(3, "0")}Z`);
        assert.deepEqual(decodeCursor(encodeCursor({ publishedAt, videoId })), { publishedAt, videoId });
      }),
    );
  });

  it("are refused when they are anything else", () => {
    const encode = (text: string): string => Buffer.from(text).toString("base64url");
    const bad = [
      "",
      "x",
      "%00",
      encode(`2026-01-01T00:00:00.000000Z~${ID}x`),
      encode(`2026-02-30T00:00:00.000000Z~${ID}`),
      encode(`2026-01-01T25:00:00.000000Z~${ID}`),
      encode(`2026-01-01T00:00:00.000000Z~'; DROP TABLE titles`),
      `${encode(`2026-01-01T00:00:00.000000Z~${ID}`)}=`,
    ];
    for (const text of bad) assert.equal(decodeCursor(text), null, text);
    fc.assert(fc.property(fc.string(), (text) => void decodeCursor(text)));
  });
});

describe("what is kept fresh", () => {
  const make = (stale: unknown[] = []): FreshCache<{ n: number }> =>
    new FreshCache({ maxBytes: 10_000, bytesOf: () => 1, onStale: (error) => stale.push(error), ttl: 20 });
  const pass = (): Promise<void> => new Promise((done) => setTimeout(done, 40));

  it("is made once, however many wait", async () => {
    const cache = make();
    let made = 0;
    const all = await Promise.all(Array.from({ length: 9 }, () => cache.load("a", async () => ({ n: ++made }))));
    assert.deepEqual(new Set(all.map((value) => value?.n)), new Set([1]));
    assert.deepEqual(cache.fresh("a"), { n: 1 });
  });

  it("is served on when its source fails, and says so", async () => {
    const stale: unknown[] = [];
    const cache = make(stale);
    await cache.load("a", async () => ({ n: 1 }));
    await pass();
    assert.equal(cache.fresh("a"), undefined);
    const error = new Error("away");
    assert.deepEqual(await cache.load("a", () => Promise.reject(error)), { n: 1 });
    assert.deepEqual(stale, [error]);
    await assert.rejects(
      cache.load("b", () => Promise.reject(error)),
      /away/,
    );
  });

  it("goes when its source says that it is gone", async () => {
    const cache = make();
    await cache.load("a", async () => ({ n: 1 }));
    await pass();
    assert.equal(await cache.load("a", async () => undefined), undefined);
    await assert.rejects(
      cache.load("a", () => Promise.reject(new Error("away"))),
      /away/,
    );
  });

  it("is bounded in bytes", async () => {
    const cache = make();
    for (let index = 0; index < 100; index += 1) await cache.load(`${index}`, async () => ({ n: index }));
    assert.equal(cache.fresh("0"), undefined);
    assert.deepEqual(cache.fresh("99"), { n: 99 });
  });
});

describe("the settings", () => {
  const environment = {
    STACK: "dev",
    PORT: "8080",
    MEDIA_ORIGIN: "https://vod.example.com",
    SIGNING_KEY_ID: "k",
    KEY_PAIR_ID: "K1",
    DATABASE_URL: "postgres://u:hidden@h/d",
  };
  it("have defaults", () => {
    const { host, port, maxConnections } = readSettings(environment, {});
    assert.deepEqual([host, port, maxConnections], ["0.0.0.0", 8080, 10]);
  });

  for (const origin of ["http://127.0.0.1:8080", "http://localhost:1", "https://a.example:8443"])
    it(`take the origin ${origin}`, () =>
      assert.equal(readSettings({ ...environment, MEDIA_ORIGIN: origin }, {}).mediaOrigin, origin));

  const bad: [Partial<typeof environment>, RegExp][] = [
    [{ MEDIA_ORIGIN: "http://vod.example.com" }, /^MEDIA_ORIGIN is not possible · http:\/\/vod\.example\.com → /],
    [{ MEDIA_ORIGIN: "https://vod.example.com/" }, /^MEDIA_ORIGIN/],
    [{ MEDIA_ORIGIN: "https://*.example.com" }, /^MEDIA_ORIGIN/],
    [{ MEDIA_ORIGIN: "vod" }, /^MEDIA_ORIGIN/],
    [{ PORT: "80a" }, /^PORT is not possible · 80a → a whole number from 0 to 65535$/],
    [{ PORT: "65536" }, /^PORT/],
    [
      { DATABASE_URL: "mysql://u:hidden@h/d" },
      /^DATABASE_URL is not possible → postgres:\/\/user:password@host:port\/database$/,
    ],
  ];
  for (const [changed, message] of bad)
    it(`refuse ${Object.entries(changed).join()}`, () =>
      assert.throws(() => readSettings({ ...environment, ...changed }, {}), { message }));
});

describe("If-None-Match", () => {
  it("is compared weakly and in lists", () => {
    assert.equal(matchesEtag('"a"', '"a"'), true);
    assert.equal(matchesEtag('W/"a"', '"a"'), true);
    assert.equal(matchesEtag('"b", "a"', '"a"'), true);
    assert.equal(matchesEtag("*", '"a"'), true);
    assert.equal(matchesEtag('"b"', '"a"'), false);
    assert.equal(matchesEtag(undefined, '"a"'), false);
  });
});
