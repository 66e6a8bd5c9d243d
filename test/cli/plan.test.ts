import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { planOf, type Plan } from "../../cli/planner";
import { CATEGORIES } from "../../cost/pricing/pricing";
import type { ResourceRecord } from "../../model/record";

const ROOT = join(__dirname, "../..");
const run = (file: string, ...args: string[]) =>
  spawnSync(join(ROOT, "tools/run"), [join(ROOT, "cli", file), ...args], {
    encoding: "utf8",
    maxBuffer: 32 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1" },
  });

describe("npm run plan", () => {
  it("prints one JSON document of the agreed shape, and nothing else", () => {
    const { status, stdout, stderr } = run("plan.ts", "dev", "--json");
    assert.equal(status, 0, stderr);
    const plan = JSON.parse(stdout) as Plan;
    assert.deepEqual(Object.keys(plan), ["stack", "resources", "violations", "cost"]);
    assert.equal(plan.stack, "dev");
    assert.deepEqual(plan.violations, []);
    for (const resource of plan.resources) {
      assert.deepEqual(Object.keys(resource), ["urn", "type", "name", "parent", "custom", "id", "inputs", "options"]);
      assert.match(resource.urn, /^urn:pulumi:dev::vod::/);
    }
    assert.equal(new Set(plan.resources.map(({ urn }) => urn)).size, plan.resources.length);
    assert.equal(plan.cost.currency, "USD");
    for (const { category, item, monthly, why } of plan.cost.lines) {
      assert.ok(CATEGORIES.includes(category) && item !== "");
      assert.ok(monthly !== null || (why ?? "") !== "", `${item} has neither a price nor a reason`);
    }
    const cents = plan.cost.lines.reduce((sum, { monthly }) => sum + Math.round((monthly ?? 0) * 100), 0);
    assert.equal(Math.round(plan.cost.total * 100), cents);
  });

  it("tells people the same: components, verdict, price, what is not known", () => {
    const { status, stdout } = run("plan.ts", "dev");
    assert.equal(status, 0);
    assert.match(stdout, /^Stack dev: \d+ resources in \d+ components$/m);
    assert.match(stdout, /VodStorage "vod-storage" \d+ resources/);
    assert.match(stdout, /✓ no policy is violated/);
    assert.match(stdout, /CloudFront access logs +not known/);
    assert.match(stdout, /\$\d+\.\d\d a month, and 4 items whose price is not known/);
  });

  it("prints the same plan on every run", () => {
    assert.equal(run("plan.ts", "dev", "--json").stdout, run("plan.ts", "dev", "--json").stdout);
  });

  it("exits 1 when a mandatory policy is violated, and says which, even when it is quiet", () => {
    const { status, stdout, stderr } = run("plan.ts", "prod", "--set", "protect=false", "--quiet");
    assert.equal(status, 1);
    assert.match(stdout, /^prod: \d+ resources, \d+ policy violations, [1-9]\d* of them mandatory, /);
    assert.match(stdout, /✗ kms-deletion-window \(mandatory\) kms Key "vod-keys-data"\n/);
    assert.equal(stderr, "! a mandatory policy is violated: the stack would not be deployed\n");
  });

  const wrong: [string, string[], RegExp][] = [
    ["no stack", [], /^✗ no stack named → npm run plan -- STACK, one of dev, prod, staging\n$/],
    ["an unknown stack", ["nope"], /^✗ no such stack · nope → one of dev, prod, staging\n$/],
    ["an unknown option", ["dev", "--jsn"], /^✗ Unknown option '--jsn' → npm run plan -- --help\n$/],
    ["an override without a value", ["dev", "--set", "x"], /^✗ --set wants key=value · x → --set maxTitlePrice=5\n$/],
    [
      "every wrong key at once",
      ["dev", "--set", "maxTitlePrice=-1", "--set", "foo=1"],
      /vod:maxTitlePrice · "-1" → a price in USD[^\n]*\n +vod:foo · "1" → no such key/,
    ],
  ];
  for (const [what, args, message] of wrong) {
    it(`exits 2 for ${what}`, () => {
      const { status, stdout, stderr } = run("plan.ts", ...args);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }

  it("has a help with examples", () => {
    const { status, stdout } = run("plan.ts", "--help");
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npm run plan -- STACK/);
    assert.match(stdout, /Examples:\n {2}npm run plan -- dev/);
  });
});

describe("plan of a record", () => {
  const resource = (name: string, parent: string | null, more: Partial<ResourceRecord> = {}): ResourceRecord => ({
    urn: `urn:pulumi:dev::vod::${parent === null ? "" : "vod:index:C$"}${more.custom === false ? "vod:index:C" : "aws:sqs/queue:Queue"}::${name}`,
    type: "aws:sqs/queue:Queue",
    name,
    parent,
    custom: true,
    id: name,
    inputs: {},
    outputs: {},
    options: {},
    secrets: [],
    ...more,
  });

  it("hides secrets, and puts components before their children whatever the order of registration", () => {
    const inputs = { name: "hush", delaySeconds: 1, list: [{ value: "hush too", name: "x" }] };
    const queue = resource("q", "c", { inputs, secrets: ["name", "list.0.value"] });
    const resources = [
      queue,
      resource("b", "c"),
      resource("c", null, { custom: false, type: "vod:index:C", id: null }),
    ];
    const plan = planOf({ stack: "dev", resources, outputs: {} });
    assert.deepEqual(
      plan.resources.map(({ name }) => name),
      ["c", "b", "q"],
    );
    assert.deepEqual(plan.resources[2]?.inputs, {
      name: "[secret]",
      delaySeconds: 1,
      list: [{ value: "[secret]", name: "x" }],
    });
    assert.equal(inputs.list[0]?.value, "hush too");
    assert.ok(!JSON.stringify(plan).includes("hush"));
  });
});

describe("npm run cost", () => {
  it("charges 10,000 viewers of 2 hours for what they stream", () => {
    const { status, stdout } = run("cost.ts", "dev", "--users", "10000", "--hours", "2", "--json");
    assert.equal(status, 0);
    const { lines } = JSON.parse(stdout) as Plan["cost"];
    // 27,000 GB: 1,024 free, 9,216 at $0.085, 16,760 at $0.080; 24.2 million requests, 10 million free, at $0.01 each 10,000.
    const expected = 9_216 * 0.085 + 16_760 * 0.08 + (24.2e6 - 10e6) * 1e-6;
    assert.equal(lines.find(({ item }) => item.startsWith("CloudFront,"))?.monthly, Math.round(expected * 100) / 100);
  });

  it("exits 2 for what is not a number", () => {
    const { status, stderr } = run("cost.ts", "dev", "--users", "many");
    assert.equal(status, 2);
    assert.equal(stderr, "✗ --users is not a number · many → a number from 0, such as --users 10\n");
  });
});
