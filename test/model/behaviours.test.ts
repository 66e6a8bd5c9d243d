import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { MODELLED_TYPES, simulate } from "../../model/behaviours";
import generated from "../../model/properties.generated.json";
import type { ModelContext, ModelResource, Simulated } from "../../model/context";

const PROVIDER = join(__dirname, "../../node_modules/@pulumi/aws");
const CONTEXT: ModelContext = { stack: "dev", accountId: "000000000000", region: "us-east-1", partition: "aws" };
/** Outputs by which other resources refer to one. */
const IDENTITIES = ["arn", "name", "url", "keyId", "domainName", "bucketRegionalDomainName", "family"];

const resource = (type: string, name: string, inputs: Record<string, unknown> = {}): ModelResource => ({
  urn: `urn:pulumi:dev::vod::vod:index:C$${type}::${name}`,
  type,
  name,
  inputs,
});
/** With a text for each required input: sidecars are named after what they belong to. */
function simulated(type: keyof typeof generated.types): Simulated {
  const inputs = Object.fromEntries(generated.types[type].required.map((name) => [name, `the-${name}`]));
  return simulate(resource(type, "n", inputs), CONTEXT);
}

/** Names of the outputs that the provider's class declares. */
function declared(token: string): Set<string> {
  const [, path = "", name = ""] = token.split(":");
  const source = ts.createSourceFile(
    path,
    readFileSync(join(PROVIDER, `${path}.d.ts`), "utf8"),
    ts.ScriptTarget.Latest,
  );
  const resourceClass = source.statements.find(
    (statement): statement is ts.ClassDeclaration => ts.isClassDeclaration(statement) && statement.name?.text === name,
  );
  const members = resourceClass?.members.filter(ts.isPropertyDeclaration) ?? [];
  return new Set(members.map((member) => (member.name as ts.Identifier).text));
}

describe("behaviour of the resource types", () => {
  for (const type of MODELLED_TYPES) {
    it(`${type} gives what the provider's class declares, with every identity`, () => {
      const outputs = declared(type);
      const { id, outputs: given } = simulated(type as keyof typeof generated.types);
      assert.ok(id !== "", "it has an id");
      assert.deepEqual(
        Object.keys(given).filter((name) => !outputs.has(name)),
        [],
      );
      const missing = IDENTITIES.filter((name) => outputs.has(name) && typeof given[name] !== "string");
      assert.deepEqual(missing, []);
    });
  }

  /** From the services' API references, in characters. */
  const LIMITS: [type: string, output: string, limit: number][] = [
    ["aws:s3/bucket:Bucket", "bucket", 63],
    ["aws:sqs/queue:Queue", "name", 80],
    ["aws:lambda/function:Function", "name", 64],
    ["aws:iam/role:Role", "name", 64],
    ["aws:cloudwatch/eventRule:EventRule", "name", 64],
    ["aws:scheduler/schedule:Schedule", "name", 64],
    ["aws:cloudfront/originAccessControl:OriginAccessControl", "name", 64],
    ["aws:cloudwatch/logDeliverySource:LogDeliverySource", "name", 60],
    ["aws:cloudformation/stack:Stack", "name", 128],
    ["aws:dynamodb/table:Table", "name", 255],
  ];
  for (const [type, output, limit] of LIMITS) {
    it(`${type} keeps its name to ${limit} characters, and long names apart`, () => {
      const name = (logical: string): string => String(simulate(resource(type, logical), CONTEXT).outputs[output]);
      assert.equal(name("x".repeat(300)).length, limit);
      fc.assert(
        fc.property(fc.stringMatching(/^[a-z][a-z-]{0,300}$/), (logical) => {
          assert.ok(name(logical).length <= limit);
          assert.match(name(logical), /^[a-z][a-z-]*-[0-9a-f]{7}$/);
          assert.equal(name(logical), name(logical));
          assert.notEqual(name(`${logical}x`), name(logical));
        }),
      );
    });
  }

  it("takes a name that is set as it is", () => {
    const { id, outputs } = simulate(resource("aws:kms/alias:Alias", "a", { name: "alias/vod-dev-media" }), CONTEXT);
    assert.deepEqual(
      [id, outputs.arn],
      ["alias/vod-dev-media", "arn:aws:kms:us-east-1:000000000000:alias/vod-dev-media"],
    );
  });

  const exact: [type: string, inputs: Record<string, unknown>, arn: string][] = [
    ["aws:s3/bucket:Bucket", { bucket: "films" }, "arn:aws:s3:::films"],
    ["aws:iam/role:Role", { name: "r", path: "/vod/" }, "arn:aws:iam::000000000000:role/vod/r"],
    ["aws:sns/topic:Topic", { name: "t" }, "arn:aws:sns:us-east-1:000000000000:t"],
    [
      "aws:cloudwatch/eventRule:EventRule",
      { name: "r", eventBusName: "b" },
      "arn:aws:events:us-east-1:000000000000:rule/b/r",
    ],
    ["aws:cloudwatch/eventRule:EventRule", { name: "r" }, "arn:aws:events:us-east-1:000000000000:rule/r"],
    ["aws:scheduler/schedule:Schedule", { name: "s" }, "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"],
    [
      "aws:ecs/taskDefinition:TaskDefinition",
      { family: "api" },
      "arn:aws:ecs:us-east-1:000000000000:task-definition/api:1",
    ],
    ["aws:mediaconvert/queue:Queue", { name: "q" }, "arn:aws:mediaconvert:us-east-1:000000000000:queues/q"],
    ["aws:dynamodb/table:Table", { name: "t" }, "arn:aws:dynamodb:us-east-1:000000000000:table/t"],
    [
      "aws:cloudwatch/logGroup:LogGroup",
      { name: "/vod/dev/x" },
      "arn:aws:logs:us-east-1:000000000000:log-group:/vod/dev/x",
    ],
  ];
  for (const [type, inputs, arn] of exact) {
    it(`${type} with ${JSON.stringify(inputs)} has the ARN of its service`, () => {
      assert.equal(simulate(resource(type, "n", inputs), CONTEXT).outputs.arn, arn);
    });
  }

  it("follows the partition and region of the resource", () => {
    const china = { ...CONTEXT, region: "cn-north-1", partition: "aws-cn" };
    const { outputs } = simulate(resource("aws:sqs/queue:Queue", "n", { name: "q" }), china);
    assert.equal(outputs.arn, "arn:aws-cn:sqs:cn-north-1:000000000000:q");
  });
});
