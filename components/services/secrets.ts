import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { allow, policyDocument, type Statement } from "../../lib/iam";
import { named } from "../../lib/tags";
import { policyJson, stateful, type Platform } from "../shared/platform";

/** What others issue and a stack keeps as secrets: one for each word. */
export interface SecretSettings {
  /**
   * Outside services whose API keys are kept: `push`, `metadata`.
   * @default - none
   */
  outsideKeys?: string[];
  /**
   * What outside transcoding and DRM ask for: `drm`, `transcoder`. MediaConvert itself has no credentials.
   * @default - none
   */
  mediaCredentials?: string[];
}

export interface SecretsSpec extends SecretSettings {
  platform: Platform;
  /** Encrypts them. */
  keyArn: pulumi.Input<string>;
}

export interface Secrets {
  /** ARN of each secret by its word. */
  arns: { [word: string]: pulumi.Output<string> };
  /** What a role needs to read them; nothing when there are none. */
  readGrants: Statement[];
  /** Writes the secrets' own policies: these roles read them, and nobody else in or outside the account. */
  admit(readerArns: pulumi.Input<string>[]): void;
}

/** Days in which a deleted secret can be brought back: the longest and the shortest that Secrets Manager allows. */
const RECOVERY_DAYS = { protected: 30, open: 7 };

interface Kind {
  word: string;
  description: string;
}

const kindsOf = ({ outsideKeys = [], mediaCredentials = [] }: SecretsSpec): Kind[] => [
  ...outsideKeys.map((word) => ({ word, description: `API key of the outside service ${word}` })),
  ...mediaCredentials.map((word) => ({ word, description: `Credentials of outside ${word}` })),
];

/**
 * Secrets for what others issue. They are made empty and the operator puts each value in (`aws secretsmanager
 * put-secret-value`): no value is in the program, its state or a plan. The issuer changes them, so no function of ours
 * can; the tag `rotation` says so.
 *
 * Cost: $0.40 a month each, $0.05 for 10,000 reads (AWS Secrets Manager pricing, 2026-03).
 * @throws Error when one word stands for two secrets.
 */
export function createSecrets(parent: pulumi.Resource, prefix: string, spec: SecretsSpec): Secrets {
  const { platform, keyArn } = spec;
  const kinds = kindsOf(spec);
  const twice = kinds.find(({ word }, index) => kinds.findIndex((kind) => kind.word === word) !== index);
  if (twice) throw new Error(`secret "${twice.word}" is asked for twice → give each its own word`);
  const secrets = kinds.map(({ word, description }) => {
    const name = `${prefix}-secret-${word}`;
    const secret = new aws.secretsmanager.Secret(
      name,
      {
        description,
        kmsKeyId: keyArn,
        recoveryWindowInDays: (platform.protect ?? true) ? RECOVERY_DAYS.protected : RECOVERY_DAYS.open,
        tags: { ...named(platform.tags, name), rotation: "external" },
      },
      stateful(platform, parent),
    );
    return { word, name, arn: secret.arn };
  });
  const arns = secrets.map(({ arn }) => arn);
  return {
    arns: Object.fromEntries(secrets.map(({ word, arn }) => [word, arn])),
    readGrants: arns.length === 0 ? [] : readGrants(platform, arns, keyArn),
    admit: (readers) => {
      for (const { name, arn } of secrets) createPolicy(parent, name, arn, readers);
    },
  };
}

/** The key opens nothing but secrets. */
const readGrants = (platform: Platform, arns: pulumi.Output<string>[], keyArn: pulumi.Input<string>): Statement[] => [
  allow("ReadSecrets", ["secretsmanager:GetSecretValue"], arns),
  allow("OpenSecrets", ["kms:Decrypt"], [keyArn], {
    StringEquals: { "kms:ViaService": `secretsmanager.${platform.region}.amazonaws.com` },
  }),
];

/** Whoever is no reader is denied the value, whatever else it may do; the operator still puts it in. */
function createPolicy(
  parent: pulumi.Resource,
  name: string,
  secretArn: pulumi.Output<string>,
  readers: pulumi.Input<string>[],
): void {
  new aws.secretsmanager.SecretPolicy(
    `${name}-policy`,
    {
      secretArn,
      blockPublicPolicy: true,
      policy: policyJson(
        policyDocument([
          {
            Sid: "NobodyElseReads",
            Effect: "Deny",
            Principal: "*",
            Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
            Resource: [secretArn],
            Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } },
          },
        ]),
      ),
    },
    { parent },
  );
}
