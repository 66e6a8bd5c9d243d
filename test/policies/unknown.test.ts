/** One value at a time made unknown, anywhere near the judged resource: nothing bad passes in silence, nothing good is blocked. */
import { strict as assert } from "node:assert";
import { judge } from "../../policies/judge";
import { PACK } from "../../policies/pack";
import { appliesTo, type Rule } from "../../policies/rule";
import { CASES } from "./cases";
import { coreOf, placesIn, withUnknown, type Core } from "./support/core";
import { GOOD } from "./support/good";
import { stackOf } from "./support/worlds";

interface Trial {
  /** `<resource>.<path>` that is unknown. */
  unknown: string;
  violations: string[];
  unknowns: string[];
}

/** Judges `on` once for each place in its inputs and in those of its neighbours. */
function trials(core: Core, rule: Rule, on: string): Trial[] {
  // A rule on one resource alone reads no neighbour.
  const near = rule.scope === "resource" ? [on] : core.near(on);
  return near.flatMap((name) => {
    const inputs = core.values.get(name);
    return placesIn(inputs).map((path) => {
      const graph = core.graph(name, withUnknown(inputs, path));
      const node = graph.nodes.find((candidate) => candidate.name === on);
      assert.ok(node);
      return { unknown: [name, ...path].join("."), ...judge(rule, node, graph) };
    });
  });
}

describe("policies and unknown values", () => {
  for (const row of CASES) {
    const on = row.fails?.on;
    if (on === undefined) continue;
    it(`${row.rule} is never silent: ${row.title}`, () => {
      const entry = PACK.find(({ rule }) => rule.name === row.rule);
      assert.ok(entry);
      const core = coreOf(stackOf(row.changes), row.stack ?? "dev");
      for (const { unknown, violations, unknowns } of trials(core, entry.rule, on))
        assert.ok(violations.length + unknowns.length > 0, `silent when ${unknown} is unknown`);
    });
  }

  const good = coreOf(GOOD, "dev");
  for (const { rule } of PACK) {
    const judged = good.graph().nodes.filter((node) => rule.types !== "every" && appliesTo(rule, node));
    if (judged.length === 0) continue;
    it(`${rule.name} blocks nothing good`, () => {
      for (const { name } of judged)
        for (const { unknown, violations } of trials(good, rule, name))
          assert.deepEqual(violations, [], `blocked when ${unknown} is unknown`);
    });
  }
});
