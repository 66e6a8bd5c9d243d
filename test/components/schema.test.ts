/** The components as a plug-in for other languages: Pulumi's own analyzer must be able to express every argument and output. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Analyzer, type AnalyzeResult } from "@pulumi/pulumi/provider/experimental/analyzer";
import * as components from "../../components";

const ROOT = resolve(__dirname, "../..");
const NAMES = Object.keys(components)
  .filter((name) => name.startsWith("Vod"))
  .sort();

describe("the components' schema", () => {
  let schema: AnalyzeResult;
  before(() => {
    const manifest = JSON.parse(readFileSync(join(ROOT, "components/package.json"), "utf8"));
    schema = new Analyzer(join(ROOT, "components"), "vod", manifest, new Set(NAMES)).analyze();
  });

  it("holds every component", () => {
    assert.deepEqual(Object.keys(schema.components).sort(), NAMES);
    assert.equal(NAMES.length, 6);
  });

  it("takes what decides how many resources there are as plain values, all else as outputs too", () => {
    const plain = Object.values(schema.components).flatMap(({ name, inputs }) =>
      Object.entries(inputs)
        .filter(([, input]) => input.plain)
        .map(([input]) => `${name}.${input}`),
    );
    assert.deepEqual(plain.sort(), [
      "VodEdge.domain", // with one: an alias and its certificate
      "VodEdge.media",
      "VodEdge.platform", // tells protection and partition
      "VodEdge.web",
      "VodKeys.platform",
      "VodObservability.platform",
      "VodServices.apiImage", // refused at once unless it names a digest
      "VodServices.platform",
      "VodServices.workerImage",
      "VodStorage.platform",
      "VodTranscodePipeline.alerts",
      "VodTranscodePipeline.codePath", // a folder of this machine
      "VodTranscodePipeline.platform",
    ]);
  });

  it("publishes what the classes publish", () => {
    for (const [name, { outputs }] of Object.entries(schema.components)) {
      for (const [output, definition] of Object.entries(outputs)) {
        assert.ok("type" in definition && definition.type === "string", `${name}.${output}`);
      }
    }
  });
});
