import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { ConfigError, parseConfig } from "../../config/load";
import type { ConfigKey } from "../../config/keys/key";
import { SCHEMA } from "../../config/schema";
import { stackSettings } from "../support/recorder";
import { LEAST, problemLines } from "../support/configuration";

const CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000001";

describe("configuration", () => {
  it("has safe defaults", () => {
    const expected = {
      stack: "dev",
      region: "us-east-1",
      recoveryRegion: "us-west-2",
      maxTitlePrice: 25,
      logRetentionDays: 365,
      protect: true,
      domain: "",
      certificateArn: "",
      zones: ["a", "b", "c"],
      nat: "perZone",
      interfaceEndpoints: [],
      peerCidrs: [],
      exec: false,
      threatProtection: "staff",
      auditorAccount: "",
    };
    const config = parseConfig("dev", LEAST);
    const names = Object.keys(expected) as (keyof typeof expected)[];
    assert.deepEqual(Object.fromEntries(names.map((name) => [name, config[name]])), expected);
  });

  it("takes what a stack sets", () => {
    const set = { ...LEAST, "vod:maxTitlePrice": "0.5", "vod:protect": "false", "vod:logRetentionDays": "14" };
    const { maxTitlePrice, protect, logRetentionDays } = parseConfig("dev", set);
    assert.deepEqual(
      { maxTitlePrice, protect, logRetentionDays },
      { maxTitlePrice: 0.5, protect: false, logRetentionDays: 14 },
    );
  });

  it("reads lists, and refuses a wrong, repeated, missing or surplus word of them", () => {
    const lists = {
      "vod:zones": "c, a",
      "vod:searchNodes": "0",
      "vod:interfaceEndpoints": "sqs,ecr.api",
      "vod:peerCidrs": "10.9.0.0/16",
    };
    const { zones, interfaceEndpoints, peerCidrs } = parseConfig("dev", { ...LEAST, ...lists });
    assert.deepEqual(
      { zones, interfaceEndpoints, peerCidrs },
      {
        zones: ["c", "a"],
        interfaceEndpoints: ["sqs", "ecr.api"],
        peerCidrs: ["10.9.0.0/16"],
      },
    );
    const wrong: [string, string][] = [
      ["zones", "a"],
      ["zones", "a,a"],
      ["zones", "a,b,c,d,e"],
      ["zones", "us-east-1a,us-east-1b"],
      ["nat", "none"],
      ["interfaceEndpoints", "sqs,ec2"],
      ["interfaceEndpoints", "sqs,"],
      ["peerCidrs", "10.0.9.0/24"],
      ["peerCidrs", "10.9.0.7/16"],
      ["peerCidrs", Array.from({ length: 10 }, (_, index) => `10.${index + 1}.0.0/16`).join()],
    ];
    for (const [key, value] of wrong) {
      const [problem, ...more] = problemLines({ ...LEAST, [`vod:${key}`]: value });
      assert.ok(problem?.startsWith(`vod:${key} · ${value} → `) && more.length === 0, `${key} ${value}: ${problem}`);
    }
  });

  it("reports everything that is wrong at once: key, value, what is allowed", () => {
    const set = {
      "vod:maxTitlePrice": "-1",
      "vod:logRetentionDays": "8",
      "vod:protect": "yes",
      "vod:priceClass": "PriceClass_All ",
      "vod:apiImage": "vod-api:latest",
      "vod:maxTitelPrice": "30",
    };
    assert.throws(
      () => parseConfig("prod", set),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        const [head, ...lines] = error.message.split("\n");
        assert.equal(head, "configuration of stack prod:");
        assert.deepEqual(
          lines.map((line) => line.trim().split(" → ")[0]),
          [
            "aws:region · not set",
            'vod:maxTitlePrice · "-1"',
            'vod:logRetentionDays · "8"',
            'vod:protect · "yes"',
            'vod:priceClass · "PriceClass_All "',
            'vod:apiImage · "vod-api:latest"',
            'vod:maxTitelPrice · "30"',
          ],
        );
        assert.match(lines[1] ?? "", /→ a price in USD from 0 to 100000, such as 25 or 0\.5$/);
        assert.match(lines[6] ?? "", /→ no such key; there are recoveryRegion, maxTitlePrice, /);
        return true;
      },
    );
  });

  const bad: Record<string, string[]> = {
    "vod:maxTitlePrice": ["", "x", "1e3", "-0.1", "100001", "1,5", " 1", "NaN", "Infinity", "0x10"],
    "vod:logRetentionDays": ["", "0", "2", "14.0", "014", "forever"],
    "vod:protect": ["", "True", "1", "no"],
    "vod:recoveryRegion": ["", "us-west", "US-WEST-2", "us-west-2a"],
    "vod:domain": [
      "https://vod.example.com",
      "localhost",
      "VOD.example.com",
      "-a.example.com",
      "vod.example.com/",
      "a..b.com",
    ],
    "vod:certificateArn": [CERTIFICATE.replace("us-east-1", "eu-west-1"), "certificate"],
    "aws:region": ["", "us-east", "us-east-1a", "Frankfurt"],
  };
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) {
      it(`refuses ${key} "${value}"`, () => {
        const found = problemLines({ ...LEAST, [key]: value });
        assert.ok(
          found.some((problem) => problem.startsWith(`${key} · ${value} → `)),
          found.join("\n"),
        );
      });
    }
  }

  it("takes every price from 0 to 100000, and no other number", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (price) => {
        const text = price.toFixed(4);
        const legal = !text.startsWith("-") && Number(text) <= 100_000;
        assert.equal(problemLines({ ...LEAST, "vod:maxTitlePrice": text }).length, legal ? 0 : 1, text);
      }),
    );
  });

  it("wants the recovery region elsewhere, but in the same partition", () => {
    assert.deepEqual(problemLines({ ...LEAST, "vod:recoveryRegion": "us-east-1" }), [
      "vod:recoveryRegion · us-east-1 → another region of the partition aws than aws:region",
    ]);
    assert.equal(problemLines({ ...LEAST, "vod:recoveryRegion": "cn-north-1" }).length, 1);
  });

  it("wants a domain and its certificate together", () => {
    assert.match(
      problemLines({ ...LEAST, "vod:domain": "vod.example.com" })[0] ?? "",
      /^vod:certificateArn · undefined → /,
    );
    assert.match(problemLines({ ...LEAST, "vod:certificateArn": CERTIFICATE })[0] ?? "", /^vod:domain · undefined → /);
    assert.deepEqual(
      problemLines({ ...LEAST, "vod:domain": "vod.example.com", "vod:certificateArn": CERTIFICATE }),
      [],
    );
  });

  it("says what is wrong in one line each, whatever the values are", () => {
    const key = fc.constantFrom(...Object.keys(SCHEMA).map((name) => `vod:${name}`));
    fc.assert(
      fc.property(fc.dictionary(key, fc.string()), (set) => {
        for (const problem of problemLines({ ...LEAST, ...set })) assert.match(problem, /^vod:\w+ · [\s\S]* → \S/);
      }),
    );
  });
});

describe("Pulumi's files", () => {
  const root = join(__dirname, "../..");
  const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, { type: string; description: string; default?: unknown }>;
  };

  it("declare the keys of the schema, with the same types, defaults and descriptions", () => {
    const declared = Object.entries(project.config).map(([key, { default: standard, ...rest }]) => {
      return { key, ...rest, default: standard === undefined ? undefined : String(standard) };
    });
    const known = Object.entries<ConfigKey<unknown>>(SCHEMA).map(([name, entry]) => {
      return { key: `vod:${name}`, type: entry.type, description: entry.description, default: entry.default };
    });
    assert.deepEqual(declared, known);
  });

  it("declare defaults of the type that they declare", () => {
    const types = { string: "string", integer: "number", boolean: "boolean" };
    for (const [key, { type, default: standard }] of Object.entries(project.config)) {
      if (standard !== undefined) assert.equal(typeof standard, types[type as keyof typeof types], key);
    }
  });

  it("set nothing wrong in any stack", () => {
    assert.equal(parseConfig("dev", stackSettings("dev")).protect, false);
    assert.equal(parseConfig("staging", stackSettings("staging")).domain, "staging.vod.example.com");
    const { protect, priceClass, maxTitlePrice } = parseConfig("prod", stackSettings("prod"));
    assert.deepEqual(
      { protect, priceClass, maxTitlePrice },
      { protect: true, priceClass: "PriceClass_All", maxTitlePrice: 25 },
    );
  });
});
