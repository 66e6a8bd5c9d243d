/** Links of a recorded program: every form in which a property names another resource. */
import { strict as assert } from "node:assert";
import { recordLinks, type RecordedResource } from "../../policies/links";

const resource = (
  type: string,
  name: string,
  id: string,
  inputs: Record<string, unknown> = {},
  outputs?: Record<string, unknown>,
): RecordedResource => ({
  urn: `urn:pulumi:dev::vod::${type}::${name}`,
  type,
  name,
  id,
  inputs,
  ...(outputs && { outputs }),
});

const TARGETS = [
  resource("aws:s3/bucket:Bucket", "bucket", "vod-media-1"),
  resource("aws:s3/bucket:Bucket", "longer", "vod-media-1-copy"),
  resource("aws:sqs/queue:Queue", "queue", "https://sqs.us-east-1.amazonaws.com/000000000000/vod-work-1"),
  resource("aws:cloudwatch/logGroup:LogGroup", "log", "/vod/dev/ingest"),
  resource("aws:cloudwatch/logGroup:LogGroup", "other-log", "/other/dev/ingest"),
  resource("aws:dynamodb/table:Table", "table", "vod-ledger-1"),
  resource("aws:iam/role:Role", "role", "vod-role-1"),
  resource("aws:kms/key:Key", "key", "1234-5678"),
  resource("aws:cloudwatch/eventRule:EventRule", "rule", "vod-bus/vod-rule-1"),
  resource("aws:sns/topic:Topic", "topic", "arn:aws:sns:us-east-1:000000000000:vod-critical-1"),
  resource("aws:mediaconvert/queue:Queue", "jobs", "vod-default-1"),
];

const linksOf = (value: unknown): string[] => {
  const asking = resource("aws:x/y:Z", "asking", "asking-1", { property: value });
  const find = recordLinks([...TARGETS, asking]);
  return find(asking.urn, "property").map((urn) => urn.split("::").at(-1) ?? "");
};

describe("links by value", () => {
  const table: [string, unknown, string[]][] = [
    ["a bucket's name", "vod-media-1", ["bucket"]],
    ["a bucket's ARN", "arn:aws:s3:::vod-media-1", ["bucket"]],
    ["an object's ARN", "arn:aws:s3:::vod-media-1/media/*", ["bucket"]],
    ["a bucket's host", "vod-media-1.s3.us-east-1.amazonaws.com", ["bucket"]],
    ["a bucket with a longer name", "arn:aws:s3:::vod-media-1-copy/*", ["longer"]],
    ["a queue's URL", "https://sqs.us-east-1.amazonaws.com/000000000000/vod-work-1", ["queue"]],
    ["a queue's name", "vod-work-1", ["queue"]],
    ["a queue's ARN", "arn:aws:sqs:us-east-1:000000000000:vod-work-1", ["queue"]],
    ["a log group's ARN with its streams", "arn:aws:logs:us-east-1:000000000000:log-group:/vod/dev/ingest:*", ["log"]],
    ["a log group that ends alike", "arn:aws:logs:us-east-1:000000000000:log-group:/other/dev/ingest", ["other-log"]],
    ["a table's index", "arn:aws:dynamodb:us-east-1:000000000000:table/vod-ledger-1/index/byState", ["table"]],
    ["a role's ARN", "arn:aws:iam::000000000000:role/vod-role-1", ["role"]],
    ["a key's ARN", "arn:aws:kms:us-east-1:000000000000:key/1234-5678", ["key"]],
    ["a rule on a bus", "arn:aws:events:us-east-1:000000000000:rule/vod-bus/vod-rule-1", ["rule"]],
    ["a topic's ARN", "arn:aws:sns:us-east-1:000000000000:vod-critical-1", ["topic"]],
    ["a job queue's ARN", "arn:aws:mediaconvert:us-east-1:000000000000:queues/vod-default-1", ["jobs"]],
    ["one service's name is not another's", "arn:aws:sqs:us-east-1:000000000000:vod-ledger-1", []],
    [
      "values deep inside",
      { a: [{ b: "vod-media-1" }], c: "arn:aws:iam::000000000000:role/vod-role-1" },
      ["bucket", "role"],
    ],
    ["values inside a JSON text", JSON.stringify({ x: ["arn:aws:s3:::vod-media-1/*"] }), ["bucket"]],
    ["text that only looks like JSON", "{vod-media-1", []],
    ["nothing", undefined, []],
  ];
  for (const [title, value, expected] of table) {
    it(`finds ${title}`, () => assert.deepEqual(linksOf(value), expected));
  }

  it("finds outputs that the id does not tell", () => {
    const target = resource("aws:x/y:Z", "odd", "i-1", {}, { arn: "arn:aws:x:r:a:something-else" });
    const asking = resource("aws:x/y:Z", "asking", "i-2", { property: "arn:aws:x:r:a:something-else" });
    assert.deepEqual(recordLinks([target, asking])(asking.urn, "property"), [target.urn]);
  });

  it("links no resource to itself, and no component", () => {
    const self = resource("aws:x/y:Z", "self", "self-1", { property: "self-1" });
    const component = { ...resource("vod:index:VodKeys", "keys", "self-1"), custom: false };
    assert.deepEqual(recordLinks([self, component])(self.urn, "property"), []);
  });
});
