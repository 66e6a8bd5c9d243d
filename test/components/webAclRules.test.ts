/** What the web ACLs let through, judged request by request, and what they need of AWS WAF's capacity. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { statementCapacity } from "../../lib/webAclCapacity";
import { rulesOf } from "../../components/edge/statements";
import {
  balancerRules,
  viewerRules,
  type AclRule,
  type Condition,
  type Field,
  type ViewerAclSpec,
} from "../../components/edge/webAcl.plan";

const SPEC: ViewerAclSpec = {
  host: "vod.example.com",
  blockedCountries: [],
  requestLimit: 2_000,
  mediaRequestLimit: 3_000,
  botControl: true,
  antiDdos: true,
  blockDownloadTools: false,
};

interface Asked {
  path: string;
  headers?: Record<string, string>;
  country?: string;
}

const valueOf = ({ path, headers }: Asked, field: Field): string | undefined =>
  field === "path" ? path : headers?.[field.header];

const TEXT = {
  EXACTLY: (value: string, text: string) => value === text,
  STARTS_WITH: (value: string, text: string) => value.startsWith(text),
  ENDS_WITH: (value: string, text: string) => value.endsWith(text),
  CONTAINS: (value: string, text: string) => value.includes(text),
};
const TRANSFORM = { LOWERCASE: (value: string) => value.toLowerCase(), URL_DECODE: decodeURIComponent };

/** As AWS WAF judges: what a request lacks matches nothing. */
function holds(condition: Condition, asked: Asked): boolean {
  switch (condition.kind) {
    case "text": {
      const value = valueOf(asked, condition.field);
      return value !== undefined && TEXT[condition.position](value, condition.text as string);
    }
    case "pattern": {
      const value = valueOf(asked, condition.field);
      const read = condition.transform ? TRANSFORM[condition.transform] : (text: string) => text;
      return value !== undefined && new RegExp(condition.pattern).test(read(value));
    }
    case "present":
      return (valueOf(asked, condition.field) ?? "").length > 0;
    case "countries":
      return condition.codes.includes(asked.country ?? "");
    case "not":
      return !holds(condition.of, asked);
    case "all":
      return condition.of.every((part) => holds(part, asked));
    case "any":
      return condition.of.some((part) => holds(part, asked));
  }
}

const scopeOf = (rule: AclRule): Condition | undefined => (rule.kind === "own" ? rule.condition : rule.scope);
/** Names of the rules that read the request, or match it. */
const reading = (rules: AclRule[], asked: Asked): string[] =>
  rules
    .filter((rule) => {
      const scope = scopeOf(rule);
      return scope === undefined || holds(scope, asked);
    })
    .map(({ name }) => name);

const capacityOf = (rules: AclRule[]): number =>
  rulesOf(rules).reduce((total, { statement }) => total + statementCapacity(statement as Record<string, unknown>), 0);

const OWASP = ["owasp", "known-bad-inputs", "sql-injection"];
const MANIFEST = "/media/0198c0de/0198beef/hls.m3u8";
const COOKIE = { cookie: "CloudFront-Policy=p; CloudFront-Signature=s" };
const HERE = { referer: "https://vod.example.com/watch/1", "sec-fetch-site": "same-origin", ...COOKIE };

describe("the viewers' web ACL", () => {
  const rules = viewerRules(SPEC);

  it("asks in order: floods, addresses, hotlinks, rates, OWASP's ten, and bots last, who cost by the request", () => {
    assert.deepEqual(
      viewerRules({ ...SPEC, blockedCountries: ["KP"] }).map(({ name }) => name),
      [
        "flood",
        "country",
        "reputation",
        "anonymous",
        "hotlink",
        "media-without-cookie",
        "manifest-rate",
        "media-rate",
        "request-rate",
        "download-tools",
        ...OWASP,
        "bots",
      ],
    );
  });

  it("leaves out what a stack did not ask for", () => {
    const names = viewerRules({ ...SPEC, botControl: false, antiDdos: false }).map(({ name }) => name);
    assert.ok(!names.some((name) => ["flood", "bots", "country"].includes(name)));
    assert.deepEqual(names.slice(-3), OWASP);
  });

  const requests: [what: string, asked: Asked, matched: string[]][] = [
    ["a player on our page", { path: MANIFEST, headers: HERE }, ["manifest-rate", "media-rate"]],
    ["a native player without any header", { path: MANIFEST, headers: COOKIE }, ["manifest-rate", "media-rate"]],
    [
      "a page of another site, by Referer",
      { path: MANIFEST, headers: { ...COOKIE, referer: "https://pirate.example/" } },
      ["hotlink", "manifest-rate", "media-rate"],
    ],
    [
      "a host that begins like ours",
      { path: MANIFEST, headers: { ...COOKIE, referer: "https://vod.example.com.pirate.example/" } },
      ["hotlink", "manifest-rate", "media-rate"],
    ],
    [
      "a page of another site that hides its Referer",
      { path: MANIFEST, headers: { ...COOKIE, "sec-fetch-site": "cross-site" } },
      ["hotlink", "manifest-rate", "media-rate"],
    ],
    [
      "a hotlink with an escape in it",
      { path: "/media/a/b/dash%2Empd", headers: { ...COOKIE, "sec-fetch-site": "cross-site" } },
      ["hotlink", "manifest-rate", "request-rate", ...OWASP, "bots"],
    ],
    ["a segment", { path: "/media/a/b/seg_1.m4s", headers: HERE }, ["media-rate"]],
    [
      "a segment without our cookie",
      { path: "/media/a/b/seg_1.m4s", headers: { cookie: "theme=dark" } },
      ["media-without-cookie", "media-rate"],
    ],
    ["a segment without any cookie", { path: "/media/a/b/seg_1.m4s" }, ["media-without-cookie", "media-rate"]],
    [
      "a program that saves media",
      { path: "/media/a/b/seg_1.m4s", headers: { ...COOKIE, "user-agent": "YT-DLP/2026.1" } },
      ["media-rate", "download-tools"],
    ],
    ["a poster", { path: "/posters/a/1.jpg" }, ["request-rate"]],
    ["the api", { path: "/api/titles" }, ["request-rate", ...OWASP, "bots"]],
    ["the api behind a path of media", { path: "/media/../api/titles" }, ["request-rate", ...OWASP, "bots"]],
    ["the same with an escape", { path: "/media/%2e%2e/api/titles" }, ["request-rate", ...OWASP, "bots"]],
    ["media as another", { path: "/media//api/titles" }, ["request-rate", ...OWASP, "bots"]],
  ];
  const always = ["flood", "reputation", "anonymous"];
  for (const [what, asked, matched] of requests)
    it(`reads ${what}`, () => {
      assert.deepEqual(
        reading(rules, asked).filter((name) => !always.includes(name)),
        matched,
      );
    });

  it("never spares a path that CloudFront would resolve to the api", () => {
    const step = fc.constantFrom("..", ".", "", "%2e%2e", "%2E.", "media", "posters", "api", "a.b", "..%2f", "a/../..");
    fc.assert(
      fc.property(
        fc.constantFrom("media", "posters"),
        fc.array(step, { minLength: 1, maxLength: 6 }),
        (root, steps) => {
          const path = `/${[root, ...steps].join("/")}`;
          const resolved = new URL(path, "https://vod.example.com").pathname;
          if (reading(rules, { path }).includes("owasp")) return;
          assert.ok(resolved.startsWith(`/${root}/`), `${path} → ${resolved}`);
          assert.equal(resolved, path);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("takes any page of CloudFront's for ours without a domain", () => {
    const open = viewerRules({ ...SPEC, host: undefined });
    const from = (referer: string): boolean =>
      reading(open, { path: MANIFEST, headers: { ...COOKIE, referer } }).includes("hotlink");
    assert.deepEqual(
      [
        "https://d111111abcdef8.cloudfront.net/",
        "https://pirate.example/",
        "https://cloudfront.net.pirate.example/",
      ].map(from),
      [false, true, true],
    );
  });

  it("refuses named countries for legal reasons", () => {
    const [, country] = viewerRules({ ...SPEC, blockedCountries: ["KP", "SY"] });
    assert.ok(country?.kind === "own");
    assert.deepEqual([country.action, country.refusal], ["block", { status: 451 }]);
    assert.deepEqual(
      ["KP", "ES"].map((code) => holds(country.condition, { path: "/", country: code })),
      [true, false],
    );
  });

  it("counts or refuses programs that save media, as the stack has it", () => {
    const action = (blockDownloadTools: boolean) =>
      viewerRules({ ...SPEC, blockDownloadTools }).find(({ name }) => name === "download-tools");
    assert.deepEqual(
      [action(false), action(true)].map((rule) => rule?.kind === "own" && rule.action),
      ["count", "block"],
    );
  });
});

describe("the balancer's web ACL", () => {
  const rules = balancerRules("word");
  const refused = (headers?: Record<string, string>): boolean =>
    reading(rules, { path: "/api/titles", headers }).includes("past-the-cdn");

  it("refuses whoever does not know the distribution's word", () => {
    assert.deepEqual(
      ["word", "Word", "wor", ""].map((word) => refused({ "x-origin-verify": word })),
      [false, true, true, true],
    );
    assert.equal(refused(), true);
  });
});

describe("the capacity of the web ACLs", () => {
  it("is within the price, whatever a stack asks for", () => {
    // 25 + 50 + 50 + 50 of AWS's small groups, 1,100 of OWASP's, and ours.
    assert.equal(capacityOf(viewerRules({ ...SPEC, blockedCountries: ["KP"], blockDownloadTools: true })), 1363);
    assert.equal(capacityOf(viewerRules({ ...SPEC, host: undefined, botControl: false, antiDdos: false })), 1260);
    assert.equal(capacityOf(balancerRules("word")), 1102);
  });

  const byte = (positionalConstraint: string, type = "NONE") => ({
    byteMatchStatement: { positionalConstraint, textTransformations: [{ priority: 0, type }] },
  });
  const counted: [what: string, statement: Record<string, unknown>, units: number][] = [
    ["a beginning", byte("STARTS_WITH"), 2],
    ["a part", byte("CONTAINS"), 10],
    ["a transformation", byte("EXACTLY", "LOWERCASE"), 12],
    [
      "either of two",
      { orStatement: { statements: [byte("EXACTLY"), { geoMatchStatement: { countryCodes: [] } }] } },
      3,
    ],
    ["its opposite", { notStatement: { statement: byte("CONTAINS") } }, 10],
    ["a rate of a part", { rateBasedStatement: { limit: 10, scopeDownStatement: byte("EXACTLY") } }, 4],
    ["a rate by another key", { rateBasedStatement: { limit: 10, customKeys: [{ header: {} }] } }, 32],
    [
      "a group for a part",
      { managedRuleGroupStatement: { name: "AWSManagedRulesSQLiRuleSet", scopeDownStatement: byte("EXACTLY") } },
      202,
    ],
  ];
  for (const [what, statement, units] of counted)
    it(`counts ${what}`, () => assert.equal(statementCapacity(statement), units));

  it("refuses to guess", () => {
    assert.throws(
      () => statementCapacity({ xssMatchStatement: {} }),
      /xssMatchStatement has no known capacity → use one of/,
    );
    assert.throws(
      () => statementCapacity({ managedRuleGroupStatement: { name: "Mine" } }),
      /rule group Mine has no known capacity → add it to GROUP_CAPACITY; known are AWS/,
    );
  });
});
