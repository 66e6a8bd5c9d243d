/** `npm run policy -- PLAN.json`: what it prints and how it ends. */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { set, unset, type Change } from "./support/given";
import { recordOf, stackOf } from "./support/worlds";

const ROOT = join(__dirname, "../..");

describe("npm run policy", () => {
  const folder = mkdtempSync(join(tmpdir(), "vod-policy-"));
  after(() => rmSync(folder, { recursive: true }));

  const write = (text: string): string => {
    const file = join(folder, "plan.json");
    writeFileSync(file, text);
    return file;
  };
  const plan = (...changes: Change[]): string =>
    write(JSON.stringify({ stack: "prod", resources: recordOf(stackOf(changes), "prod", false), cost: {} }));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(join(ROOT, "tools/run"), [join(ROOT, "cli/policy.ts"), ...args], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });
    return { status, stdout, stderr };
  };

  it("ends with 0 and one line when nothing is wrong", () => {
    const { status, stdout, stderr } = run(plan());
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /^prod: \d+ resources, 0 mandatory, 0 advisory\n$/);
  });

  it("ends with 1 and says what to do about a mandatory violation", () => {
    const { status, stdout } = run(plan(unset("work", "messageRetentionSeconds")));
    assert.equal(status, 1);
    assert.ok(
      stdout.startsWith(
        "✗ sqs-retention · work: messages are lost after 4 days → set messageRetentionSeconds: 1209600\n",
      ),
      stdout,
    );
    assert.match(stdout, /1 mandatory, 0 advisory\n$/);
  });

  it("ends with 0 when the violation is advisory", () => {
    const { status, stdout } = run(plan(set("ledger", "pointInTimeRecovery.enabled", false)));
    assert.equal(status, 0);
    assert.match(stdout, /^! dynamodb-pitr · ledger: /);
    assert.match(stdout, /0 mandatory, 1 advisory\n$/);
  });

  it("prints {stack, violations} for programs", () => {
    const { status, stdout } = run(plan(unset("work", "messageRetentionSeconds")), "--format", "json");
    assert.equal(status, 1);
    assert.deepEqual(JSON.parse(stdout), {
      stack: "prod",
      violations: [
        {
          policy: "sqs-retention",
          level: "mandatory",
          urn: "urn:pulumi:prod::vod::aws:sqs/queue:Queue::work",
          message: "messages are lost after 4 days → set messageRetentionSeconds: 1209600",
        },
      ],
    });
  });

  const wrong: [string, () => string[], RegExp][] = [
    ["no file", () => [], /^✗ one plan is wanted · none given → npm run policy -- --help\n$/],
    ["two files", () => ["a.json", "b.json"], /^✗ one plan is wanted · a\.json b\.json → /],
    [
      "a file that is not there",
      () => [join(folder, "none.json")],
      /^✗ no such file · .*none\.json → write it first: /,
    ],
    ["a folder", () => [folder], /^✗ the file cannot be read · /],
    ["what is no JSON", () => [write("{")], /^✗ not a plan · .*plan\.json is no JSON → /],
    ["what is no plan", () => [write('{"stack":"dev"}')], /^✗ not a plan · .*plan\.json: resources: .* → /],
    ["an unknown format", () => [plan(), "--format", "xml"], /^✗ no such format · xml → use text or json\n$/],
    ["an unknown option", () => [plan(), "--fast"], /^✗ Unknown option '--fast' → npm run policy -- --help\n$/],
  ];
  for (const [title, args, message] of wrong) {
    it(`refuses ${title} in one line`, () => {
      const { status, stdout, stderr } = run(...args());
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
      assert.match(stderr, message);
      assert.equal(stderr.split("\n").length, 2);
    });
  }

  it("shows its help with examples", () => {
    const { status, stdout } = run("--help");
    assert.equal(status, 0);
    assert.match(stdout, /Examples:/);
  });
});
