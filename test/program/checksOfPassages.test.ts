/** What the checks of the VPC's passages find when one thing is broken. */
import { strict as assert } from "node:assert";
import { one, recordWhole, whole, type Change } from "./broken";
import type { Check } from "./checks/check";
import { grantsPassEndpoints, zonesAreJoined } from "./checks/passages";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

interface Document {
  Statement: { Action: string[]; Resource: string[]; Principal: { AWS: string[] } }[];
}

/** Changes the policy of a resource. */
const policy =
  (type: string, end: string, change: (document: Document) => void): Change =>
  (program) => {
    const { inputs } = one(program, type, end);
    const document = JSON.parse(String(inputs.policy)) as Document;
    change(document);
    inputs.policy = JSON.stringify(document);
  };

/** What a check says of the program when it is broken; of the whole one it says nothing. Made-up name endings are cut. */
function finds(check: Check, change: Change, expected: string[]): void {
  assert.deepEqual(check(whole()), []);
  const changed = structuredClone(whole());
  change(changed);
  assert.deepEqual(
    check(changed).map((finding) => finding.replace(/-[0-9a-f]{7}\b/g, "")),
    expected,
  );
}

const grantsOf = (handler: string): string => `vod-pipeline-${handler}-role-grants (aws:iam/rolePolicy:RolePolicy)`;

describe("the passages of the VPC", function () {
  this.timeout(60_000);
  before(recordWhole);

  it("stop an action that the gateway does not know", () => {
    const change = policy(ENDPOINT, "-dynamodb-endpoint", ({ Statement }) => {
      for (const statement of Statement) statement.Action = statement.Action.filter((each) => !/BatchGet/.test(each));
    });
    finds(grantsPassEndpoints, change, [
      `${grantsOf("reconcile")}: FindTitles grants dynamodb:BatchGetItem on arn:aws:dynamodb:us-east-1:000000000000:table/vod-pipeline-ledger → the endpoint of dynamodb stops it`,
    ]);
  });

  it("stop a role that the policy of MediaConvert's endpoint does not name", () => {
    const change = policy("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "-transcoder-access", ({ Statement }) => {
      for (const { Principal } of Statement) Principal.AWS = Principal.AWS.filter((arn) => !arn.includes("-track-"));
    });
    finds(grantsPassEndpoints, change, [
      `${grantsOf("track")}: ReadJobs grants mediaconvert:GetJob on arn:aws:mediaconvert:us-east-1:000000000000:jobs/* → the endpoint of mediaconvert stops it`,
    ]);
  });

  it("stop what is another account's", () => {
    const change = policy("aws:iam/rolePolicy:RolePolicy", "-reconcile-role-grants", ({ Statement }) => {
      for (const statement of Statement) {
        if (statement.Action.includes("sqs:SendMessage")) statement.Resource = ["arn:aws:sqs:us-east-1:999999999999:x"];
      }
    });
    finds(grantsPassEndpoints, change, [
      `${grantsOf("reconcile")}: SendAgain grants sqs:SendMessage on arn:aws:sqs:us-east-1:999999999999:x → the endpoint of sqs stops it`,
    ]);
  });

  it("cut zones off where an ACL names one subnet instead of the tier", () => {
    const change: Change = (program) => {
      const { inputs } = one(program, "aws:ec2/networkAcl:NetworkAcl", "-data-acl");
      const rules = inputs.ingress as { fromPort: number; cidrBlock: string }[];
      inputs.ingress = rules.map((rule) => (rule.fromPort === 6379 ? { ...rule, cidrBlock: "10.0.0.0/20" } : rule));
    };
    const from = ["b", "c"].flatMap((zone) => ["a", "b", "c"].map((other) => [zone, other] as const));
    finds(
      zonesAreJoined,
      change,
      from.map(
        ([zone, other]) => `vod-network-app-${zone} → vod-network-data-${other}:6379 is shut for services → cache`,
      ),
    );
  });
});
