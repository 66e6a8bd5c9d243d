/** The built bundle in Pulumi's own policy host, by the protocol of the engine. */
import { strict as assert } from "node:assert";
import { buildPolicies } from "../../policies/build";
import { enginePolicies } from "../../policies/engine";
import { Analyzer, type WireResource } from "./support/analyzer";
import { set, unset } from "./support/given";
import { GOOD } from "./support/good";
import { engineOf, refsIn, stackOf, UNKNOWN_TEXT, urnOf } from "./support/worlds";

const MANDATORY = 1;

/** The test stack as the engine sends it. */
function wireOf(resources: typeof GOOD, known: boolean): WireResource[] {
  const urns = new Map(resources.map((given) => [given.name, urnOf("dev", given)]));
  return engineOf(resources, "dev", known).resources.map(({ given, urn, state }) => ({
    type: given.type,
    name: given.name,
    urn,
    props: state,
    dependencies: Object.fromEntries(
      Object.entries(given.inputs).map(([property, value]) => [
        property,
        refsIn(value).flatMap(({ to }) => urns.get(to) ?? []),
      ]),
    ),
  }));
}

describe("policy pack in Pulumi's host", () => {
  let analyzer: Analyzer;
  before(async () => {
    await buildPolicies();
    analyzer = await Analyzer.start();
  });
  after(() => analyzer.close());

  it("lists every policy with its level and remedy", async () => {
    const info = await analyzer.info();
    assert.equal(info.getName(), "vod");
    assert.equal(info.getVersion(), "0.1.0");
    const listed = info.getPoliciesList().map((policy) => policy.getName());
    assert.deepEqual(
      listed,
      enginePolicies.map(({ name }) => name),
    );
    const rotation = info.getPoliciesList().find((policy) => policy.getName() === "kms-rotation");
    assert.equal(rotation?.getEnforcementlevel(), MANDATORY);
    assert.match(rotation?.getRemediationSteps() ?? "", /enableKeyRotation/);
  });

  it("stops a resource that breaks a rule, before it is made", async () => {
    const urn = "urn:pulumi:dev::vod::aws:sqs/queue:Queue::work";
    const found = await analyzer.analyze({ type: "aws:sqs/queue:Queue", name: "work", urn, props: {} });
    const retention = found.find(({ policy }) => policy === "sqs-retention");
    assert.equal(retention?.level, MANDATORY);
    assert.match(retention?.message ?? "", /messages are lost after 4 days → set messageRetentionSeconds: 1209600/);
  });

  it("says what a preview cannot judge, and judges the rest of the same resource", async () => {
    const found = await analyzer.analyze({
      type: "aws:lambda/function:Function",
      name: "f",
      urn: "urn:pulumi:dev::vod::aws:lambda/function:Function::f",
      props: {
        runtime: "nodejs18.x",
        tags: { Project: "vod", Stack: "dev", ManagedBy: "pulumi" },
        architectures: ["arm64"],
        tracingConfig: { mode: "Active" },
        environment: { variables: { DB_PASSWORD: "x", URL: UNKNOWN_TEXT } },
      },
    });
    const lines = found.map(({ policy, level }) => `${policy} ${level}`).sort();
    assert.deepEqual(lines, ["known-in-preview 0", "lambda-no-env-secrets 1", "lambda-runtime 1"]);
    const waiting = found.find(({ policy }) => policy === "known-in-preview");
    assert.match(
      waiting?.message ?? "",
      /lambda-no-env-secrets cannot be known in preview · f\.environment\.variables\.URL/,
    );
  });

  it("is content with the good stack", async () => {
    assert.deepEqual(await analyzer.analyzeStack(wireOf(GOOD, true)), []);
  });

  it("links sidecars by dependencies in a first preview, where no id is known", async () => {
    const resources = stackOf([set("media-block", "blockPublicAcls", false), unset("dead-alarm", "alarmActions")]);
    const found = (await analyzer.analyzeStack(wireOf(resources, false))).filter(({ level }) => level === MANDATORY);
    assert.deepEqual(
      found.map(({ policy, urn }) => `${policy} ${urn.split("::").at(-1)}`),
      ["s3-public-block media", "dlq-alarm dead", "alarm-actions dead-alarm"],
    );
  });
});
