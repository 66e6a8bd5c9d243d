import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordNamed, recordProgram, type Recording } from "../support/recorder";
import { namesWithinLimits, sharedNames } from "./checks/names";

const STACKS = ["dev", "staging", "prod"];
const OUTPUTS = [
  "apiRepositoryUrl",
  "apiTaskRoleArn",
  "auditorRoleArn",
  "balancerDnsName",
  "busName",
  "cacheEndpoint",
  "catalogueQueueUrl",
  "clusterName",
  "criticalTopicArn",
  "databaseName",
  "distributionDomain",
  "distributionId",
  "ingestBucket",
  "ingestQueueUrl",
  "jobRoleArn",
  "keyPairId",
  "ledgerTable",
  "masterSecretArn",
  "mediaBucket",
  "mediaConvertPriorityQueueArn",
  "mediaConvertQueueArn",
  "migrationTaskArn",
  "pgbouncerRepositoryUrl",
  "readerEndpoint",
  "searchDomainArn",
  "searchEndpoint",
  "secretArns",
  "signingKeyId",
  "staff",
  "storyboardQueueUrl",
  "transcodeEventsQueueUrl",
  "undeliveredQueueUrl",
  "viewerOrigin",
  "viewers",
  "vpcId",
  "warningTopicArn",
  "webBucket",
  "workerRepositoryUrl",
  "workerTaskRoleArn",
  "writerEndpoint",
];
/** Of what a stack need not have. */
const PERHAPS = ["auditorRoleArn", "searchDomainArn", "searchEndpoint"];

for (const stack of STACKS) {
  describe(`the program, stack ${stack}`, () => {
    let program: Recording;
    before(async () => {
      program = await recordProgram(stack);
    });

    it("exports every output that others rely on, all known", () => {
      assert.deepEqual(Object.keys(program.outputs).sort(), OUTPUTS);
      for (const [name, value] of Object.entries(program.outputs)) {
        const text = JSON.stringify(value) ?? "undefined";
        if (!PERHAPS.includes(name)) assert.ok(text !== '""' && !/undefined|null/.test(text), `${name} is ${text}`);
      }
    });

    it("puts elsewhere only what belongs elsewhere", () => {
      for (const { name, custom, inputs } of program.resources) {
        if (!custom || inputs.region === undefined) continue;
        const [there, whose] =
          inputs.region === "us-east-1" ? [/^vod-edge-/, "CloudFront's"] : [/-(replica|recovery)(-|$)/, "a copy"];
        assert.match(name, there, `${name} is in ${inputs.region} and not ${whose}`);
      }
      const copies = program.resources.filter(
        ({ name, custom, type }) => custom && /-replica(-|$)/.test(name) && !/cloudfront/.test(type),
      );
      assert.ok(copies.length > 5);
      for (const { name, inputs } of copies) assert.equal(inputs.region, "us-west-2", name);
    });
  });
}

describe("the program, whatever the stack", () => {
  const LONG = "feature-rewrite-of-the-catalogue-2027-03-b"; // 42 characters

  it("keeps names legal and short enough under a stack name of 42 characters", async () => {
    assert.equal(LONG.length, 42);
    for (const settings of STACKS) assert.deepEqual(namesWithinLimits(await recordNamed(LONG, settings)), [], settings);
  });

  it("shares no name between two stacks of one account", async () => {
    for (const settings of STACKS) {
      const one = await recordNamed(LONG, settings);
      const other = await recordNamed(`${LONG.slice(0, -1)}c`, settings);
      assert.deepEqual(sharedNames(one, other), [], settings);
    }
  });

  it("rehearses prod in staging: the same resources, but for zones, gateways, endpoints and nodes", async () => {
    const shape = async (stack: string): Promise<string[]> => {
      const { resources } = await recordProgram(stack);
      // Zones, gateways, endpoints, nodes, hours of the evening, what CloudFront measures for a price, an account's own role.
      const many = /-[abc](-|$)|-endpoint$|-\d(-|$)|-peak-| vod-edge-metrics$|-search-service-role$/;
      return resources
        .map(({ type, name }) => `${type} ${name}`)
        .filter((one) => !many.test(one))
        .sort();
    };
    assert.deepEqual(await shape("staging"), await shape("prod"));
  });

  it("marks the outputs secret that lead to secrets", async () => {
    const { secretOutputs, outputs } = await recordNamed("prod", "prod");
    const pointers = Object.entries(outputs).filter(([, value]) => String(value).includes(":secret:"));
    assert.ok(pointers.length > 0);
    assert.deepEqual(
      pointers.map(([name]) => name).filter((name) => !secretOutputs.includes(name)),
      [],
    );
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
