/** KMS, IAM and Secrets Manager. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { digest, physicalName } from "../naming";

/** IAM limits a role's name to 64 characters (IAM User Guide, "IAM and STS quotas"). */
const ROLE_NAME_LIMIT = 64;

const key: Behaviour = ({ urn }, context) => {
  const hex = digest(urn, 32);
  const keyId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { id: keyId, outputs: { keyId, arn: arn(context, "kms", `key/${keyId}`) } };
};

const alias: Behaviour = (resource, context) => {
  const name = text(resource.inputs.name) || `alias/${physicalName(resource)}`;
  return { id: name, outputs: { name, arn: arn(context, "kms", name) } };
};

const role: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", ROLE_NAME_LIMIT);
  const path = text(resource.inputs.path) || "/";
  return { id: name, outputs: { name, path, arn: arn(context, "iam", `role${path}${name}`, { region: "" }) } };
};

const rolePolicy: Behaviour = (resource) => {
  const name = physicalName(resource, "name", 128);
  return { id: `${text(resource.inputs.role)}:${name}`, outputs: { name } };
};

/** Secrets Manager puts six characters of its own behind the name. */
const secret: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", 512);
  const own = arn(context, "secretsmanager", `secret:${name}-${digest(resource.urn, 6)}`);
  return { id: own, outputs: { name, arn: own } };
};

const secretVersion: Behaviour = ({ urn, inputs }) => {
  const versionId = digest(urn, 32);
  return { id: `${text(inputs.secretId)}|${versionId}`, outputs: { arn: text(inputs.secretId), versionId } };
};

const secretPolicy: Behaviour = ({ inputs }) => ({ id: text(inputs.secretArn), outputs: {} });

export const SECURITY: Record<string, Behaviour> = {
  "aws:kms/key:Key": key,
  "aws:kms/alias:Alias": alias,
  "aws:kms/keyPolicy:KeyPolicy": ({ inputs }) => ({ id: text(inputs.keyId), outputs: {} }),
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:secretsmanager/secret:Secret": secret,
  "aws:secretsmanager/secretPolicy:SecretPolicy": secretPolicy,
  "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
};
