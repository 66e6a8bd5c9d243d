import { strict as assert } from "node:assert";
import { VodKeys } from "../../components";
import { platform } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

interface Statement {
  Sid: string;
  Principal: Record<string, string>;
  Action: string[];
  Condition?: unknown;
}

const KEY = "aws:kms/key:Key";
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const statements = (keys: Recording, role: string): Statement[] =>
  json(keys.one(KEY, `keys-${role}`).inputs.policy).Statement;

describe("VodKeys", () => {
  let keys: Recording;
  before(async () => {
    keys = await record(() => new VodKeys("keys", { platform: platform(), recoveryRegion: "us-west-2" }));
  });

  it("makes one key for each class of data, with an alias each", () => {
    const roles = [
      "data",
      "database",
      "database-replica",
      "images",
      "logs",
      "media",
      "media-replica",
      "search",
      "secrets",
      "signing",
    ];
    assert.deepEqual(
      keys
        .all(KEY)
        .map(({ name }) => name)
        .sort(),
      roles.map((role) => `keys-${role}`),
    );
    const aliases = keys.all("aws:kms/alias:Alias").map(({ inputs }) => [inputs.name, inputs.targetKeyId]);
    assert.deepEqual(
      aliases.sort(),
      roles.map((role) => [`alias/vod-dev-${role}`, `id-of-keys-${role}-1a2b3c4`]),
    );
  });

  it("rotates what encrypts, every year", () => {
    for (const role of [
      "data",
      "database",
      "database-replica",
      "images",
      "logs",
      "media",
      "media-replica",
      "search",
      "secrets",
    ]) {
      const { inputs } = keys.one(KEY, `keys-${role}`);
      assert.deepEqual([inputs.enableKeyRotation, inputs.rotationPeriodInDays], [true, 365], role);
      assert.ok(!("keyUsage" in inputs));
    }
  });

  it("makes an RSA key that signs and does not rotate", () => {
    const { inputs } = keys.one(KEY, "keys-signing");
    const { keyUsage, customerMasterKeySpec, enableKeyRotation } = inputs;
    assert.deepEqual(
      { keyUsage, customerMasterKeySpec, enableKeyRotation },
      {
        keyUsage: "SIGN_VERIFY",
        customerMasterKeySpec: "RSA_2048",
        enableKeyRotation: false,
      },
    );
    assert.ok(!("rotationPeriodInDays" in inputs));
    const actions = statements(keys, "signing").flatMap(({ Action }) => Action);
    assert.ok(actions.includes("kms:Sign") && !actions.includes("kms:Decrypt"));
  });

  it("leaves the policies of the media keys to the edge", () => {
    for (const role of ["media", "media-replica"]) assert.ok(!("policy" in keys.one(KEY, `keys-${role}`).inputs), role);
  });

  it("puts the replicas' key, and its alias, in the recovery region", () => {
    assert.equal(keys.one(KEY, "keys-media-replica").inputs.region, "us-west-2");
    assert.equal(keys.one("aws:kms/alias:Alias", "keys-media-replica-alias").inputs.region, "us-west-2");
    assert.ok(!("region" in keys.one(KEY, "keys-media").inputs));
  });

  it("is administered by the account alone, with every action named", () => {
    for (const role of ["data", "database", "database-replica", "logs", "secrets", "signing"]) {
      for (const { Sid, Principal, Action } of statements(keys, role)) {
        assert.ok(!Action.some((action) => action.includes("*")), `${role} ${Sid}`);
        if (Action.includes("kms:PutKeyPolicy")) assert.deepEqual(Principal, { AWS: ROOT });
      }
      assert.ok(
        statements(keys, role).some(({ Action }) => Action.includes("kms:PutKeyPolicy")),
        role,
      );
    }
  });

  it("admits EventBridge to the data key by encryption context, alarms by account", () => {
    const services = statements(keys, "data").filter(({ Principal }) => Principal.Service);
    assert.deepEqual(
      services.map(({ Sid, Principal, Condition }) => [Sid, Principal.Service, Condition]),
      [
        [
          "EventsToQueues",
          "events.amazonaws.com",
          { ArnLike: { "kms:EncryptionContext:aws:sqs:arn": `arn:aws:sqs:us-east-1:${ACCOUNT}:*` } },
        ],
        [
          "EventsOnBus",
          "events.amazonaws.com",
          {
            ArnLike: {
              "kms:EncryptionContext:aws:events:event-bus:arn": `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/*`,
            },
          },
        ],
        ["KeyOfBus", "events.amazonaws.com", { StringEquals: { "aws:SourceAccount": ACCOUNT } }],
        ["AlarmsToTopics", "cloudwatch.amazonaws.com", { StringEquals: { "aws:SourceAccount": ACCOUNT } }],
        [
          "DatabaseEventsToTopics",
          "events.rds.amazonaws.com",
          { ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": `arn:aws:sns:us-east-1:${ACCOUNT}:*` } },
        ],
      ],
    );
  });

  it("opens the database's key through its services only", () => {
    const through = {
      "kms:CallerAccount": ACCOUNT,
      "kms:ViaService": ["backup", "elasticache", "rds", "secretsmanager"].map(
        (service) => `${service}.us-east-1.amazonaws.com`,
      ),
    };
    assert.deepEqual(
      statements(keys, "database").map(({ Sid, Principal, Condition }) => [Sid, Principal, Condition]),
      [
        ["AdministeredByAccount", { AWS: ROOT }, undefined],
        ["UsedThroughServices", { AWS: ROOT }, { StringEquals: through }],
        ["GrantedToServices", { AWS: ROOT }, { Bool: { "kms:GrantIsForAWSResource": "true" }, StringEquals: through }],
      ],
    );
    const [administer] = statements(keys, "database");
    assert.ok(!administer?.Action.some((action) => /Decrypt|Encrypt|GenerateDataKey|CreateGrant/.test(action)));
  });

  it("admits CloudWatch Logs for this stack's groups only", () => {
    const [logs] = statements(keys, "logs").filter(({ Principal }) => Principal.Service);
    assert.equal(logs?.Principal.Service, "logs.us-east-1.amazonaws.com");
    assert.deepEqual(logs?.Condition, {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": [
          "/vod/dev",
          "aws-waf-logs-vod/dev",
          "/aws/rds/cluster/vod-dev-aurora",
        ].map((prefix) => `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${prefix}/*`),
      },
    });
  });

  it("keeps keys by default, and lets them go quickly when told so", async () => {
    for (const { options, inputs } of keys.all(KEY)) {
      const { protect, retainOnDelete } = options;
      assert.deepEqual([protect, retainOnDelete, inputs.deletionWindowInDays], [true, true, 30]);
    }
    const open = await record(
      () => new VodKeys("keys", { platform: platform({ protect: false }), recoveryRegion: "us-west-2" }),
    );
    for (const { options, inputs } of open.all(KEY)) {
      const { protect, retainOnDelete } = options;
      assert.deepEqual([protect, retainOnDelete, inputs.deletionWindowInDays], [undefined, undefined, 7]);
    }
  });

  it("writes ARNs of its own partition", async () => {
    const args = { platform: platform({ region: "cn-north-1" }), recoveryRegion: "cn-northwest-1" };
    const china = await record(() => new VodKeys("keys", args));
    for (const role of ["data", "logs", "signing"]) {
      const text = china.one(KEY, `keys-${role}`).inputs.policy;
      assert.ok(text.includes(`arn:aws-cn:iam::${ACCOUNT}:root`) && !text.includes("arn:aws:"), role);
    }
  });
});
