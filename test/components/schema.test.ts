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
    assert.equal(NAMES.length, 7);
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
      "VodNetwork.cidr",
      "VodNetwork.interfaceEndpoints",
      "VodNetwork.internalBalancer",
      "VodNetwork.nat",
      "VodNetwork.peerCidrs",
      "VodNetwork.platform",
      "VodNetwork.zones",
      "VodObservability.platform",
      "VodServices.apiImage", // refused at once unless it names a digest
      "VodServices.platform",
      "VodServices.workerImage",
      "VodStorage.platform",
      "VodTranscodePipeline.alerts",
      "VodTranscodePipeline.codePath", // a folder of this machine
      "VodTranscodePipeline.network",
      "VodTranscodePipeline.platform",
    ]);
  });

  it("publishes what the classes publish", () => {
    for (const [name, { outputs }] of Object.entries(schema.components)) {
      for (const [output, definition] of Object.entries(outputs)) {
        const { type, items } = definition as { type?: string; items?: { type?: string } };
        const texts = type === "string" || (type === "array" && items?.type === "string");
        assert.ok(texts, `${name}.${output}`);
      }
    }
  });
});
