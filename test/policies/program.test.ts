/** The pack on the program itself: nothing to complain of, and it would complain. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../cli/program";
import type { ProgramRecord, ResourceRecord } from "../../model/record";
import { evaluate } from "../../policies/evaluate";
import { EXEMPTIONS } from "../../policies/exemptions";
import { PACK } from "../../policies/pack";

/** Whether the provider's class takes tags: its type file says so. */
function takesTags(type: string): boolean {
  const [, path = ""] = type.split(":");
  const text = readFileSync(join(__dirname, "../../node_modules/@pulumi/aws", `${path}.d.ts`), "utf8");
  return /^ {4}tags\?: pulumi\.Input/m.test(text.slice(text.search(/export interface \w+Args/)));
}

/** Rules that forbid types altogether, or judge types that the program does not have yet. */
const WITHOUT_SUBJECT = ["lambda-no-public-url", "no-iam-users", "s3-no-acl"];
/**
 * What a stack does without: dev has no domain, so nothing tells its balancer a secret, and no search, whose alarms alone
 * call a function by a rule; the others have no VPC origin.
 */
const ABSENT: Readonly<Record<string, readonly string[]>> = {
  dev: [
    "secret-value-by-operator",
    "lambda-permission-source",
    "os-access-closed",
    "os-ebs-limits",
    "os-encrypted",
    "os-engine-supported",
    "os-logs",
    "os-secure",
    "os-t3-compat",
    "os-three-nodes-three-az",
    "os-total-storage-cap",
  ],
  staging: ["cf-vpc-origin-tls"],
  prod: ["cf-vpc-origin-tls"],
};

for (const stack of ["dev", "staging", "prod"]) {
  describe(`policies on the program, stack ${stack}`, () => {
    let program: ProgramRecord;
    before(async () => {
      program = await runProgram({ stack });
    });

    it("finds nothing, with the outputs and as the plan is written", () => {
      assert.deepEqual(evaluate(program), []);
      const plan = program.resources.map(({ outputs: _, ...resource }) => resource);
      assert.deepEqual(evaluate({ resources: plan }), []);
    });

    it("has something to judge for every rule", () => {
      const types = new Set(program.resources.map(({ type }) => type));
      const idle = PACK.filter(({ rule }) => rule.types !== "every" && !rule.types.some((type) => types.has(type)));
      const expected = [...WITHOUT_SUBJECT, ...(ABSENT[stack] ?? [])].sort();
      assert.deepEqual(idle.map(({ rule }) => rule.name).sort(), expected);
    });

    it("asks every type that takes tags for them", () => {
      const taggable = PACK.find(({ rule }) => rule.name === "required-tags")?.rule.types ?? [];
      const custom = program.resources.filter((resource) => resource.custom).map(({ type }) => type);
      const asked = [...new Set(custom)].filter((type) => taggable.includes(type));
      assert.deepEqual(asked, [...new Set(custom)].filter(takesTags));
    });

    it("misses each setting resource that is taken away", () => {
      const silent = (resource: ResourceRecord): boolean =>
        evaluate({ resources: program.resources.filter((other) => other !== resource) }).length === 0;
      const missed = program.resources.filter(({ type }) => SETTINGS.test(type)).filter(silent);
      assert.deepEqual(
        missed.map(({ type, name }) => `${type} ${name}`),
        [],
      );
    });
  });
}

/** Types whose only use is to keep a rule. */
const SETTINGS =
  /:(BucketOwnershipControls|BucketPublicAccessBlock|BucketVersioning|BucketLifecycleConfiguration|BucketPolicy|QueuePolicy|TopicPolicy|EventBusPolicy|KeyPolicy|RedriveAllowPolicy|LogDeliverySource|LogDelivery)$/;

describe("exemptions on the program", () => {
  it("are needed, each one", async () => {
    for (const { rule, names = [], stacks = ["dev", "staging", "prod"] } of EXEMPTIONS) {
      for (const stack of stacks) {
        const { resources } = await runProgram({ stack });
        // The same resources under names that no exemption knows.
        const renamed = resources.map((resource) => ({
          ...resource,
          ...(names.includes(resource.name) && { name: `${resource.name}-unlisted` }),
          urn: resource.urn.replace(/^urn:pulumi:[^:]+::/, "urn:pulumi:unlisted::"),
        }));
        assert.ok(
          evaluate({ resources: renamed }).some(({ policy }) => policy === rule),
          `${rule} would hold on ${stack} without its exemption`,
        );
      }
    }
  });
});
