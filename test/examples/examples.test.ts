/** Each example stands alone: it runs, violates no mandatory policy, and has a price. */
import { strict as assert } from "node:assert";
import { planOf, type Plan } from "../../cli/planner";
import * as components from "../../components";
import { exampleNames, projectOf, runExample, settingsOf, sourceOf } from "./support/examples";

const MOST_LINES = 75;
/** `examples/edge` → `VodEdge`; one component's folder has a shorter name. */
const SUBJECTS: Record<string, string> = { transcode: "VodTranscodePipeline" };
const subjectOf = (example: string): string =>
  SUBJECTS[example] ?? `Vod${example.slice(0, 1).toUpperCase()}${example.slice(1)}`;

describe("examples", () => {
  it("exist for every component, and for nothing else", () => {
    const names = Object.keys(components).filter((name) => name.startsWith("Vod"));
    assert.deepEqual(exampleNames().map(subjectOf).sort(), names.sort());
  });

  for (const example of exampleNames()) {
    describe(`examples/${example}`, () => {
      const source = sourceOf(example);
      let plan: Plan;
      before(async () => {
        plan = planOf(await runExample(example));
      });

      it("is a few lines that know the published package alone", () => {
        assert.ok(source.split("\n").length <= MOST_LINES, `${source.split("\n").length} lines`);
        const imported = [...source.matchAll(/from "([^"]+)"/g)].map(([, name]) => name);
        const others = imported.filter((name) => name !== "@pulumi/aws");
        assert.deepEqual(others, ["@pulumi/pulumi", "@vod/components"]);
      });

      it("creates its component", () => {
        const roots = plan.resources.filter(({ parent }) => parent === null);
        assert.ok(roots.some(({ type }) => type === `vod:index:${subjectOf(example)}`));
      });

      it("violates no policy", () => {
        assert.deepEqual(
          plan.violations.map(({ policy, urn, message }) => `${policy} ${urn}: ${message}`),
          [],
        );
      });

      it("has a price, or says what is not known", () => {
        assert.ok(Number.isFinite(plan.cost.total) && plan.cost.total >= 0);
        for (const { item, monthly, why } of plan.cost.lines) {
          assert.ok(monthly !== null || (why ?? "").length > 0, item);
        }
      });

      it("declares each setting that it reads, and the sample stack sets it", () => {
        const project = projectOf(example);
        const read = [...source.matchAll(/config\.require\("(\w+)"\)/g)].map(([, key = ""]) => key);
        assert.deepEqual(Object.keys(project.config ?? {}).sort(), [...new Set(read)].sort());
        assert.deepEqual(
          Object.keys(settingsOf(example)).sort(),
          ["aws:region", ...new Set(read.map((key) => `${project.name}:${key}`))].sort(),
        );
      });
    });
  }
});
