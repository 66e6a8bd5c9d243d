import * as pulumi from "@pulumi/pulumi";
import { admitToKey, type Principal, type Statement } from "../../lib/iam";
import { arnIn, type Platform } from "./platform";

/** KMS Developer Guide, "Default key policy", key administrators, with every action named. */
const ADMINISTER = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

const ENCRYPT = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

const SIGN = ["kms:GetPublicKey", "kms:Sign", "kms:Verify"];

const account = (platform: Platform): Principal => ({ AWS: arnIn(platform, "iam", "root", "") });

/** The account's IAM policies decide who uses an encrypting key: without this statement no role's grant counts. */
export function encryptionKeyStatements(platform: Platform): Statement[] {
  const grantForService = { Bool: { "kms:GrantIsForAWSResource": "true" } };
  return [
    admitToKey("AdministeredByAccount", account(platform), ADMINISTER),
    admitToKey("UsedByGrantOfIam", account(platform), ENCRYPT),
    admitToKey("GrantedToServices", account(platform), ["kms:CreateGrant"], grantForService),
  ];
}

/**
 * The same for a key that people and roles use through services alone: nobody opens with it what they hold in their hands.
 * @param services first parts of the services' host names, such as `rds`.
 * @param region of the key.
 */
export function serviceKeyStatements(
  platform: Platform,
  services: string[],
  region: pulumi.Input<string> = platform.region,
): Statement[] {
  const through = {
    "kms:CallerAccount": platform.accountId,
    "kms:ViaService": services.map((service) => pulumi.interpolate`${service}.${region}.amazonaws.com`),
  };
  return [
    admitToKey("AdministeredByAccount", account(platform), ADMINISTER),
    admitToKey("UsedThroughServices", account(platform), ENCRYPT, { StringEquals: through }),
    admitToKey("GrantedToServices", account(platform), ["kms:CreateGrant"], {
      Bool: { "kms:GrantIsForAWSResource": "true" },
      StringEquals: through,
    }),
  ];
}

/** The same for a signing key, which encrypts nothing. */
export const signingKeyStatements = (platform: Platform): Statement[] => [
  admitToKey("AdministeredByAccount", account(platform), ADMINISTER),
  admitToKey("UsedByGrantOfIam", account(platform), SIGN),
];

/** Admits a service that acts for this account. */
export const serviceOnKey = (
  sid: string,
  platform: Platform,
  service: pulumi.Input<string>,
  actions: string[],
): Statement =>
  admitToKey(sid, { Service: service }, actions, { StringEquals: { "aws:SourceAccount": platform.accountId } });

/**
 * Lets CloudWatch Logs encrypt log groups (CloudWatch Logs User Guide, "Encrypt log data").
 * @param region where the groups and the key are.
 * @param names beginnings of the groups' names, each followed by a slash.
 */
export const logGroupsOnKey = (platform: Platform, region: string, names: string[]): Statement =>
  admitToKey(
    "LogGroupsOfTheStack",
    { Service: `logs.${region}.amazonaws.com` },
    ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": names.map((name) =>
          arnIn(platform, "logs", `log-group:${name}/*`, region),
        ),
      },
    },
  );
