/** Every component, constructed over the protocol by which programs in other languages have it constructed. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ProgramRecord, ResourceRecord } from "../../model/record";
import { exampleNames, projectOf, runExample } from "../examples/support/examples";
import { Engine } from "./support/engine";
import { Plugin, refusedInputs } from "./support/plugin";

const SCHEMA = readFileSync(resolve(__dirname, "../../plugin/schema.json"), "utf8");
/** How values are marked on the wire (SDK, `runtime/rpc`: specialSigKey, specialOutputValueSig, specialSecretSig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const COMPONENT = /^vod:index:/;

/** A component of an example: what it was given, and what came of it in process. */
interface Expected {
  component: ResourceRecord;
  /** It and all below it, by URN. */
  resources: ResourceRecord[];
}

const below = (resources: readonly ResourceRecord[], urn: string): ResourceRecord[] =>
  resources.flatMap((child) => (child.parent === urn ? [child, ...below(resources, child.urn)] : []));

const expectedOf = ({ resources }: ProgramRecord): Expected[] =>
  resources
    .filter(({ type }) => COMPONENT.test(type))
    .map((component) => ({ component, resources: [component, ...below(resources, component.urn)] }));

/** Documents in JSON are compared by what they say: maps lose their order on the wire. */
function parsed(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("{")) return JSON.parse(value) as unknown;
  if (Array.isArray(value)) return value.map(parsed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, parsed(item)]));
}

/** What both sides must agree on. Whatever flows in from outside is a mere value here, so those dependencies are left out. */
function comparable(resources: readonly ResourceRecord[]): unknown[] {
  const own = new Set(resources.map(({ urn }) => urn));
  const inside = (urns: readonly string[] = []): string[] => urns.filter((urn) => own.has(urn)).sort();
  return resources
    .map(
      ({
        urn,
        type,
        name,
        parent,
        custom,
        inputs,
        secrets,
        options: { dependsOn, propertyDependencies, ...options },
      }) => ({
        urn,
        type,
        name,
        parent: parent !== null && own.has(parent) ? parent : null,
        custom,
        inputs: parsed(inputs),
        secrets: secrets.toSorted(),
        options,
        dependsOn: inside(dependsOn),
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies ?? {})
            .map(([property, urns]) => [property, inside(urns)] as const)
            .filter(([, urns]) => urns.length > 0)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
      }),
    )
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

describe("the plug-in", () => {
  let engine: Engine;
  let plugin: Plugin;
  before(async () => {
    engine = await Engine.start();
    plugin = await Plugin.start(engine);
  });
  after(async () => {
    await plugin.close();
    engine.close();
  });

  it("serves the schema that is checked in", async () => {
    assert.equal(await plugin.schema(), SCHEMA);
  });

  const constructed = new Set<string>();
  for (const example of exampleNames()) {
    it(`constructs the components of examples/${example} as they are in process`, async () => {
      const place = { project: projectOf(example).name, stack: "dev", region: "us-east-1" };
      for (const { component, resources } of expectedOf(await runExample(example))) {
        const { type, name, inputs, urn, outputs } = component;
        const reply = await plugin.construct(place, { type, name, inputs });
        assert.equal(reply.urn, urn);
        assert.deepEqual(comparable(engine.resources), comparable(resources));
        assert.deepEqual(reply.state, outputs);
        assert.deepEqual(engine.messages, []);
        constructed.add(type);
      }
    });
  }

  it("has constructed every component of the schema", () => {
    const { resources } = JSON.parse(SCHEMA) as { resources: Record<string, unknown> };
    assert.deepEqual([...constructed].sort(), Object.keys(resources).sort());
  });

  const PLACE = { project: "acme", stack: "dev", region: "us-east-1" };
  const PLATFORM = { stack: "dev", region: "us-east-1", accountId: "111122223333", logRetentionDays: 365 };
  const network = { platform: PLATFORM, zones: ["a", "b"], flowLogBucketArn: "arn:aws:s3:::logs" };
  const refusal = (inputs: Record<string, unknown>, type = "vod:index:VodNetwork"): Promise<unknown> =>
    plugin.construct(PLACE, { type, name: "net", inputs }).then(
      () => assert.fail("it was constructed"),
      (error: unknown) => error,
    );

  it("names every missing input at once, before anything is registered", async () => {
    const { accountId: _, ...platform } = PLATFORM;
    assert.deepEqual(refusedInputs(await refusal({ platform, zones: ["a", "b"] })), [
      "flowLogBucketArn: missing → give it a value",
      "platform.accountId: missing → give it a value",
    ]);
    assert.deepEqual(engine.resources, []);
  });

  it("refuses a value that is not one of an enum's", async () => {
    assert.deepEqual(refusedInputs(await refusal({ ...network, nat: "double" })), [
      'nat: "double" → one of none, single, perZone',
    ]);
  });

  it("refuses an output or a secret where structure depends on the value", async () => {
    const reason = "depends on another resource, or is a secret → give the value itself: it decides what is created";
    const output = (value: unknown): unknown => ({ [SIGNATURE]: OUTPUT, value, dependencies: ["urn:pulumi:x"] });
    assert.deepEqual(refusedInputs(await refusal({ ...network, zones: [output("a"), "b"] })), [`zones[0]: ${reason}`]);
    const platform = { ...PLATFORM, stack: { [SIGNATURE]: SECRET, value: "dev" } };
    assert.deepEqual(refusedInputs(await refusal({ ...network, platform })), [`platform: ${reason}`]);
  });

  it("takes outputs everywhere else, and passes their dependencies on", async () => {
    const bucket = "urn:pulumi:dev::acme::aws:s3/bucket:Bucket::logs";
    const flowLogBucketArn = { [SIGNATURE]: OUTPUT, value: network.flowLogBucketArn, dependencies: [bucket] };
    await plugin.construct(PLACE, {
      type: "vod:index:VodNetwork",
      name: "net",
      inputs: { ...network, flowLogBucketArn },
    });
    const flowLog = engine.resources.find(({ type }) => type === "aws:ec2/flowLog:FlowLog");
    assert.equal(flowLog?.inputs.logDestination, network.flowLogBucketArn);
    assert.deepEqual(flowLog?.options.propertyDependencies?.logDestination, [bucket]);
  });

  it("names the components that there are when asked for another", async () => {
    assert.match(
      String(await refusal({}, "vod:index:VodCinema")),
      /no such component · vod:index:VodCinema → one of vod:index:VodKeys, /,
    );
  });
});
