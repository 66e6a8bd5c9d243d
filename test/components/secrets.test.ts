import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../lib/iam";
import { createSecrets, type Secrets, type SecretsSpec } from "../../components/services/secrets";
import { KEY, platform } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

const READER = `arn:aws:iam::${ACCOUNT}:role/worker`;
const SECRET = "aws:secretsmanager/secret:Secret";
const POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy";
const arn = (word: string): string => `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:s-secret-${word}-1a2b3c4`;

interface Built {
  recording: Recording;
  secrets: Secrets;
  grants: Statement[];
}

async function build(more: Partial<SecretsSpec> = {}): Promise<Built> {
  const made: Partial<Built> = {};
  const recording = await record(() => {
    const parent = new pulumi.ComponentResource("test:index:Parent", "p");
    const spec = { platform: platform(), keyArn: KEY("secrets"), outsideKeys: ["push"], mediaCredentials: ["drm"] };
    made.secrets = createSecrets(parent, "s", { ...spec, ...more });
    made.secrets.admit([READER]);
    pulumi.output(made.secrets.readGrants).apply((grants) => (made.grants = grants as Statement[]));
  });
  return { recording, ...(made as Omit<Built, "recording">) };
}

describe("secrets", () => {
  it("are made empty, one for each word, under our key, and say that somebody outside changes them", async () => {
    const { recording } = await build();
    assert.deepEqual(
      recording.all(SECRET).map(({ name, inputs }) => [name, inputs]),
      [
        ["push", "API key of the outside service push"],
        ["drm", "Credentials of outside drm"],
      ].map(([word, description]) => [
        `s-secret-${word}`,
        {
          description,
          kmsKeyId: KEY("secrets"),
          recoveryWindowInDays: 30,
          tags: { Project: "vod", Name: `s-secret-${word}`, rotation: "external" },
        },
      ]),
    );
    for (const { type } of recording.resources) assert.doesNotMatch(type, /secretVersion/i);
    for (const { options } of recording.all(SECRET)) assert.equal(options.protect, true);
  });

  it("are read by the named roles and by nobody else, and by no public policy", async () => {
    const { recording } = await build();
    const { inputs } = recording.one(POLICY, "s-secret-push-policy");
    assert.deepEqual([inputs.secretArn, inputs.blockPublicPolicy], [arn("push"), true]);
    assert.deepEqual(json(inputs.policy).Statement, [
      {
        Sid: "NobodyElseReads",
        Effect: "Deny",
        Principal: "*",
        Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
        Resource: [arn("push")],
        Condition: { ArnNotEquals: { "aws:PrincipalArn": [READER] } },
      },
    ]);
    assert.equal(recording.all(POLICY).length, 2);
  });

  it("are granted by name, and the key for secrets alone", async () => {
    const { grants } = await build();
    assert.deepEqual(grants, [
      {
        Sid: "ReadSecrets",
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [arn("push"), arn("drm")],
      },
      {
        Sid: "OpenSecrets",
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [KEY("secrets")],
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" } },
      },
    ]);
  });

  it("are none without words, and then nothing is granted", async () => {
    const { recording, secrets } = await build({ outsideKeys: undefined, mediaCredentials: [] });
    assert.equal(recording.resources.filter(({ type }) => type.startsWith("aws:")).length, 0);
    assert.deepEqual([secrets.readGrants, secrets.arns], [[], {}]);
  });

  it("go after seven days from a stack that is open", async () => {
    const { recording } = await build({ platform: platform({ protect: false }) });
    for (const { inputs } of recording.all(SECRET)) assert.equal(inputs.recoveryWindowInDays, 7);
  });

  it("refuse one word for two secrets", async () => {
    await assert.rejects(build({ outsideKeys: ["drm"] }), /secret "drm" is asked for twice → give each its own word/);
  });
});
