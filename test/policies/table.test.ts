/** Every rule: a stack that keeps it, stacks that break it, and both with values that are not known yet. */
import { strict as assert } from "node:assert";
import { PACK } from "../../policies/pack";
import { CASES } from "./cases";
import type { Case } from "./support/given";
import { GOOD } from "./support/good";
import { analyze, engineOf, evaluateStack, stackOf, type EngineReport } from "./support/worlds";

const WAITING = ["known-in-preview", "known-in-preview-stack"];

const entryOf = (name: string) => {
  const entry = PACK.find(({ rule }) => rule.name === name);
  assert.ok(entry, `no rule ${name}`);
  return entry;
};

/** The message as people read it: what is wrong → what to do. */
function assertFound(found: readonly EngineReport[], row: Case): void {
  assert.ok(row.fails);
  const { on, says } = row.fails;
  const hits = found.filter(({ policy, urn }) => policy === row.rule && urn.endsWith(`::${on}`));
  const all = found.map(({ policy, urn, message }) => `${policy} ${urn}: ${message}`).join("\n");
  assert.ok(hits.length > 0, `${row.rule} is silent about ${on}\n${all}`);
  const hit = hits.find(({ message }) => message.includes(says));
  assert.ok(hit, `no message with "${says}"\n${all}`);
  const { rule, level } = entryOf(row.rule);
  assert.equal(hit.level, level);
  const remedy = hit.message.split(" → ").at(-1) ?? "";
  // A closed service names what takes its place instead of the rule's own remedy.
  if (row.rule === "no-closed-services") assert.ok(remedy.includes(says));
  else assert.ok(hit.message.endsWith(` → ${rule.remedy}`) || says.startsWith("unknown tier"), hit.message);
}

const stackName = (row: Case): string => row.stack ?? "dev";

describe("policy table", () => {
  it("has a passing and a failing case for every rule, and no case for a rule that is not", () => {
    const failing = new Set(CASES.filter((row) => row.fails).map(({ rule }) => rule));
    const judged = (types: readonly string[] | "every") =>
      types === "every" || GOOD.some(({ type }) => types.includes(type));
    const passing = new Set([
      ...CASES.filter((row) => !row.fails).map(({ rule }) => rule),
      ...PACK.filter(({ rule }) => judged(rule.types)).map(({ rule }) => rule.name),
      // Whose very types are forbidden: the good stack passes by having none.
      ...["no-iam-users", "s3-no-acl"],
    ]);
    for (const { rule } of PACK) {
      assert.ok(failing.has(rule.name), `${rule.name} has no failing case`);
      assert.ok(passing.has(rule.name), `${rule.name} has no passing case`);
    }
    for (const row of CASES) entryOf(row.rule);
  });

  it("finds nothing in the good stack: recorded, planned without outputs, in the engine", () => {
    for (const stack of ["dev", "staging", "prod"]) {
      assert.deepEqual(evaluateStack(GOOD, stack), []);
      assert.deepEqual(evaluateStack(GOOD, stack, false), []);
      assert.deepEqual(analyze(engineOf(GOOD, stack, true)), []);
    }
  });

  it("blocks no first preview of the good stack, and says what it cannot judge", () => {
    const found = analyze(engineOf(GOOD, "prod", false));
    assert.deepEqual(
      found.filter(({ level }) => level === "mandatory"),
      [],
    );
    const waiting = found.find(({ urn }) => urn.endsWith("::work-policy"));
    assert.equal(waiting?.policy, "known-in-preview");
    // A reference to a key is no secret whatever its value will be: only the URL is waited for.
    const variables = found.find(({ urn }) => urn.endsWith("::ingest-function"));
    assert.match(variables?.message ?? "", /· ingest-function\.environment\.variables\.QUEUE_URL unknown → /);
    assert.match(waiting.message, /^sqs-policy-closed cannot be known in preview · work-policy\.policy unknown → /);
  });

  for (const row of CASES) {
    it(`${row.rule} ${row.fails ? "finds" : "accepts"} ${row.title}`, () => {
      const resources = stackOf(row.changes);
      const stack = stackName(row);
      const worlds = [
        evaluateStack(resources, stack),
        evaluateStack(resources, stack, false),
        analyze(engineOf(resources, stack, true), [row.rule]),
      ];
      for (const found of worlds) {
        if (row.fails) assertFound(found, row);
        else
          assert.deepEqual(
            found.filter(({ policy }) => policy === row.rule),
            [],
          );
      }
      const preview = analyze(engineOf(resources, stack, false), [row.rule, ...WAITING]);
      if (row.fails) assertNotSilent(preview, row, "in a first preview");
      else
        assert.deepEqual(
          preview.filter(({ policy }) => policy === row.rule),
          [],
        );
    });
  }
});

/** Unknown values may turn a violation into "cannot be known", never into silence. */
function assertNotSilent(found: readonly EngineReport[], row: Case, when: string): void {
  const told = found.some(
    ({ policy, urn, message }) =>
      urn.endsWith(`::${row.fails?.on}`) &&
      (policy === row.rule ||
        (WAITING.includes(policy) && message.split(" cannot")[0]?.split(", ").includes(row.rule))),
  );
  assert.ok(told, `${row.rule} falls silent ${when}`);
}
