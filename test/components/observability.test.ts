import { strict as assert } from "node:assert";
import { VodObservability } from "../../components";
import { KEY, platform } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

describe("VodObservability", () => {
  let alerts: Recording;
  before(async () => {
    alerts = await record(() => new VodObservability("alerts", { platform: platform(), dataKeyArn: KEY("data") }));
  });

  it("makes two encrypted topics", () => {
    for (const name of ["alerts-critical", "alerts-warning"]) {
      const { inputs } = alerts.one("aws:sns/topic:Topic", name);
      assert.deepEqual(inputs, {
        kmsMasterKeyId: KEY("data"),
        signatureVersion: 2,
        tags: { Project: "vod", Name: name },
      });
    }
    assert.equal(alerts.all("aws:sns/topic:Topic").length, 2);
  });

  it("lets the account's alarms and database events publish, by TLS only, and nobody else", () => {
    const { inputs } = alerts.one("aws:sns/topicPolicy:TopicPolicy", "alerts-critical-policy");
    const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:alerts-critical-1a2b3c4`;
    assert.equal(inputs.arn, topic);
    assert.deepEqual(json(inputs.policy).Statement, [
      {
        Sid: "AlarmsOfTheAccount",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["sns:Publish"],
        Resource: [topic],
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
      {
        Sid: "DatabaseEventsOfTheAccount",
        Effect: "Allow",
        Principal: { Service: "events.rds.amazonaws.com" },
        Action: ["sns:Publish"],
        Resource: [topic],
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
      {
        Sid: "DenyPlainText",
        Effect: "Deny",
        Principal: "*",
        Action: ["sns:Publish"],
        Resource: [topic],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });
});
