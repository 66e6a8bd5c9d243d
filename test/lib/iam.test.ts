import { strict as assert } from "node:assert";
import {
  ACTIONS_WITHOUT_RESOURCE,
  admit,
  admitToKey,
  allow,
  allowEverywhere,
  deny,
  denyPlainText,
  functionTrust,
  policyDocument,
  serviceTrust,
} from "../../lib/iam";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";

describe("IAM documents", () => {
  it("grants named actions on named resources", () => {
    assert.deepEqual(allow("Send", ["sqs:SendMessage"], [QUEUE]), {
      Sid: "Send",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [QUEUE],
    });
    const condition = { StringEquals: { "aws:SourceAccount": "000000000000" } };
    assert.deepEqual(allow("Send", ["sqs:SendMessage"], [QUEUE], condition).Condition, condition);
  });

  for (const action of ["*", "sqs:*", "sqs:Send*", "*:SendMessage"]) {
    it(`refuses the action ${action}`, () => {
      assert.throws(() => allow("Send", [action], [QUEUE]), {
        message: `statement Send: action ${action} is a wildcard → name each action`,
      });
      assert.throws(() => admitToKey("Send", { Service: "sns.amazonaws.com" }, [action]), /is a wildcard/);
    });
  }

  it("refuses the resource *, no resource and no action", () => {
    assert.throws(() => allow("Send", ["sqs:SendMessage"], [QUEUE, "*"]), /resource "\*" → name the resources/);
    assert.throws(() => allow("Send", ["sqs:SendMessage"], []), /no resource → name at least one/);
    assert.throws(() => allow("Send", [], [QUEUE]), /no action → name at least one/);
  });

  it("grants on every resource only what IAM knows no resource for", () => {
    const all = [...ACTIONS_WITHOUT_RESOURCE];
    assert.deepEqual(allowEverywhere("Traces", all), { Sid: "Traces", Effect: "Allow", Action: all, Resource: ["*"] });
    assert.throws(
      () => allowEverywhere("Traces", ["xray:PutTraceSegments", "s3:GetObject"]),
      /^Error: statement Traces: s3:GetObject can be limited to a resource → use allow\(\)/,
    );
  });

  it("grants on every resource under a condition, and denies by name under one", () => {
    const condition = { StringEquals: { "aws:SourceVpce": "vpce-1" } };
    assert.deepEqual(allowEverywhere("Probe", ["mediaconvert:Probe"], condition).Condition, condition);
    assert.deepEqual(deny("NotHere", ["ec2:CreateNetworkInterface"], condition), {
      Sid: "NotHere",
      Effect: "Deny",
      Action: ["ec2:CreateNetworkInterface"],
      Resource: ["*"],
      Condition: condition,
    });
    assert.throws(() => deny("NotHere", ["ec2:*"], condition), /ec2:\* is a wildcard/);
  });

  it("puts the principal where a resource policy has it", () => {
    const statement = admit({ Service: "events.amazonaws.com" }, allow("Send", ["sqs:SendMessage"], [QUEUE]));
    assert.deepEqual(Object.keys(statement), ["Sid", "Effect", "Principal", "Action", "Resource"]);
  });

  it("denies plain text to everybody", () => {
    assert.deepEqual(denyPlainText("sqs:*", [QUEUE]), {
      Sid: "DenyPlainText",
      Effect: "Deny",
      Principal: "*",
      Action: ["sqs:*"],
      Resource: [QUEUE],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("refuses a document without statements", () => {
    assert.throws(() => policyDocument([]), /without statements → give at least one/);
  });

  it("refuses a statement id that is used twice", () => {
    const statement = allow("Send", ["sqs:SendMessage"], [QUEUE]);
    assert.throws(() => policyDocument([statement, statement]), /statement id Send is used twice/);
  });

  it("ties a service's trust to the account, except Lambda's, which names none", () => {
    assert.deepEqual(serviceTrust("scheduler.amazonaws.com", "000000000000").Statement[0]?.Condition, {
      StringEquals: { "aws:SourceAccount": "000000000000" },
    });
    assert.equal(functionTrust().Statement[0]?.Condition, undefined);
  });
});
