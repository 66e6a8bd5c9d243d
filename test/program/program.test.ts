import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIONS_WITHOUT_RESOURCE } from "../../lib/iam";
import { json, recordNamed, recordProgram, type Recorded, type Recording } from "../support/recorder";

interface Statement {
  Sid: string;
  Effect: string;
  Principal?: string | Record<string, string | string[]>;
  Action: string[];
  Resource?: string[];
  Condition?: Record<string, Record<string, unknown>>;
}

const STACKS = ["dev", "staging", "prod"];
const OUTPUTS = [
  "apiTaskRoleArn",
  "busName",
  "catalogueQueueUrl",
  "criticalTopicArn",
  "distributionDomain",
  "distributionId",
  "ingestBucket",
  "ingestQueueUrl",
  "jobRoleArn",
  "keyPairId",
  "ledgerTable",
  "mediaBucket",
  "mediaConvertPriorityQueueArn",
  "mediaConvertQueueArn",
  "signingKeyId",
  "storyboardQueueUrl",
  "transcodeEventsQueueUrl",
  "undeliveredQueueUrl",
  "viewerOrigin",
  "vpcId",
  "warningTopicArn",
  "webBucket",
  "workerTaskRoleArn",
];
const STATEFUL = ["aws:kms/key:Key", "aws:s3/bucket:Bucket", "aws:dynamodb/table:Table"];

const documentsOf = ({ inputs }: Recorded): Statement[] =>
  ["policy", "assumeRolePolicy"].flatMap((key) =>
    inputs[key] === undefined ? [] : (json(inputs[key]) as { Statement: Statement[] }).Statement,
  );

/** Types whose provider class takes tags: read from the provider's own type files. */
function takesTags(type: string): boolean {
  const [, path = ""] = type.split(":");
  const file = join(__dirname, "../../node_modules/@pulumi/aws", `${path}.d.ts`);
  const text = readFileSync(file, "utf8");
  return /^ {4}tags\?: pulumi\.Input/m.test(text.slice(text.search(/export interface \w+Args/)));
}

for (const stack of STACKS) {
  describe(`the program, stack ${stack}`, () => {
    let program: Recording;
    before(async () => {
      program = await recordProgram(stack);
    });

    it("exports every output that others rely on, all known", () => {
      assert.deepEqual(Object.keys(program.outputs).sort(), OUTPUTS);
      for (const [name, value] of Object.entries(program.outputs)) {
        assert.ok(typeof value === "string" && value !== "", `${name} is ${String(value)}`);
      }
    });

    it("gives every resource a component as parent and every component the stack", () => {
      for (const { name, parent, custom } of program.resources) {
        assert.equal(/::vod:index:Vod\w+::/.test(parent ?? ""), custom, `${name} has parent ${parent}`);
      }
    });

    it("names every child after its component", () => {
      for (const { name, parent, custom } of program.resources) {
        if (custom) assert.ok(name.startsWith(`${parent?.split("::").at(-1)}-`), name);
      }
    });

    it("tags everything that takes tags", () => {
      const taggable = program.resources.filter(({ custom, type }) => custom && takesTags(type));
      assert.ok(taggable.length > 60);
      for (const { name, inputs } of taggable) {
        assert.deepEqual(inputs.tags, { Project: "vod", Stack: stack, ManagedBy: "pulumi", Name: name });
      }
    });

    it("grants no wildcard action, and every resource by name", () => {
      const grants = program.all("aws:iam/rolePolicy:RolePolicy").flatMap(documentsOf);
      assert.ok(grants.length > 40);
      for (const { Sid, Action, Resource = [] } of grants) {
        assert.ok(!Action.some((action) => action.includes("*")), `${Sid}: ${Action.join()}`);
        if (Resource.includes("*")) {
          const limitable = Action.filter((action) => !ACTIONS_WITHOUT_RESOURCE.includes(action));
          assert.deepEqual(limitable, [], `${Sid} on every resource`);
        }
      }
    });

    it("lets nobody but named principals in, and denies everybody plain text only", () => {
      // A gateway endpoint takes no other principal (VPC User Guide): who may pass stands in its conditions.
      const passages: string[] = [];
      for (const resource of program.resources) {
        for (const { Sid, Effect, Principal, Condition } of documentsOf(resource)) {
          if (Principal !== "*") continue;
          if (resource.type === "aws:ec2/vpcEndpoint:VpcEndpoint") {
            passages.push(`${resource.name} ${Sid} ${Object.keys(Condition?.StringEquals ?? {}).join()}`);
            continue;
          }
          assert.equal(Effect, "Deny", `${resource.name} ${Sid}`);
          assert.deepEqual(Condition, { Bool: { "aws:SecureTransport": "false" } });
        }
      }
      assert.deepEqual(passages.sort(), [
        "vod-network-dynamodb-endpoint PrincipalsOfTheAccount aws:PrincipalAccount",
        "vod-network-s3-endpoint ImageLayers ",
        "vod-network-s3-endpoint PrincipalsOfTheAccount aws:PrincipalAccount",
      ]);
    });

    it("keeps what holds data, except in dev", () => {
      const kept = stack !== "dev";
      const stateful = program.resources.filter(({ type }) => STATEFUL.includes(type));
      assert.equal(stateful.length, 5 + 6 + 1);
      for (const { name, options } of program.resources) {
        const { protect = false, retainOnDelete = false } = options;
        const holdsData = stateful.some((resource) => resource.name === name);
        assert.deepEqual(
          { protect, retainOnDelete },
          { protect: kept && holdsData, retainOnDelete: kept && holdsData },
          name,
        );
      }
    });

    it("puts elsewhere only what belongs elsewhere", () => {
      const regionOf = (region: string): string[] =>
        program.resources.filter(({ custom, inputs }) => custom && inputs.region === region).map(({ name }) => name);
      assert.deepEqual(regionOf("us-east-1").sort(), [
        "vod-edge-log-delivery",
        "vod-edge-log-destination",
        "vod-edge-log-source",
      ]);
      const copies = regionOf("us-west-2");
      assert.ok(
        copies.every((name) => name.includes("-replica")),
        copies.join(),
      );
      const named = program.resources.filter(({ name, custom }) => custom && /-replica(-|$)/.test(name));
      assert.deepEqual(copies.sort(), named.map(({ name }) => name).sort());
    });

    it("gives every alarm an action on one of the two topics", () => {
      const topics = [program.outputs.criticalTopicArn, program.outputs.warningTopicArn];
      const alarms = program.all("aws:cloudwatch/metricAlarm:MetricAlarm");
      assert.equal(alarms.length, 11);
      for (const { name, inputs } of alarms) {
        assert.ok(inputs.alarmActions.length === 1 && topics.includes(inputs.alarmActions[0]), name);
      }
    });
  });
}

describe("the program, whatever the stack", () => {
  const LONG = "feature-rewrite-of-the-catalogue-2027-03-b"; // 42 characters
  const physicalNames = ({ resources }: Recording): string[] =>
    resources.filter(({ custom, inputs }) => custom && inputs.name !== undefined).map(({ inputs }) => inputs.name);

  it("fixes names only where the service's name is an interface", async () => {
    const program = await recordProgram("dev");
    const types = new Set(
      program.resources.filter(({ custom, inputs }) => custom && inputs.name).map(({ type }) => type),
    );
    assert.deepEqual([...types].sort(), [
      "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
      "aws:cloudwatch/logDeliverySource:LogDeliverySource",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:kms/alias:Alias",
    ]);
  });

  it("survives a stack name of 42 characters", async () => {
    assert.equal(LONG.length, 42);
    const program = await recordNamed(LONG);
    for (const { inputs } of program.all("aws:cloudwatch/logDeliverySource:LogDeliverySource")) {
      assert.match(inputs.name, /^[A-Za-z0-9-]{1,60}$/);
    }
    for (const { inputs } of program.all("aws:kms/alias:Alias"))
      assert.match(inputs.name, /^alias\/[A-Za-z0-9/_-]{1,250}$/);
    // Pulumi adds a dash and seven characters; S3 takes 63 and IAM 64.
    for (const { name, type } of program.resources) {
      if (/s3\/bucket:|iam\/role:|lambda\/function:/.test(type)) assert.ok(name.length + 8 <= 63, name);
    }
  });

  it("shares no name between two stacks of one account", async () => {
    const one = physicalNames(await recordNamed(LONG));
    const other = physicalNames(await recordNamed(`${LONG.slice(0, -1)}c`));
    assert.deepEqual(
      one.filter((name) => other.includes(name)),
      [],
    );
    assert.equal(new Set(one).size, one.length);
  });

  it("has the same resources in every stack, beside the network's zones, gateways and endpoints", async () => {
    const names: string[][] = [];
    for (const stack of STACKS) {
      const { resources } = await recordProgram(stack);
      const everywhere = resources.filter(({ name }) => !/^vod-network-.*(-[abc](-|$)|-endpoint$)/.test(name));
      names.push(everywhere.map(({ type, name }) => `${type} ${name}`).sort());
    }
    const [dev, staging, prod] = names;
    assert.deepEqual(dev, staging);
    assert.deepEqual(staging, prod);
  });

  it("registers nothing when the configuration is wrong", async () => {
    const set = { "vod:maxTitlePrice": "much", "vod:protect": "yes" };
    await assert.rejects(recordProgram("dev", set), /vod:maxTitlePrice · "much"[\s\S]*vod:protect · "yes"/);
  });

  it("keeps to 150 lines, and speaks of components only", () => {
    const text = readFileSync(join(__dirname, "../../index.ts"), "utf8");
    assert.ok(text.split("\n").length <= 150);
    assert.doesNotMatch(text, /\baws\./);
  });
});
