/** Keys and roles. */
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import type { Clients } from "../clients.js";
import { type Creator, creator, orWhenThere, type Place, type Tags, tagList } from "../creator.js";

interface KeyInputs {
  description?: string;
  keyUsage?: kms.KeyUsageType;
  customerMasterKeySpec?: kms.KeySpec;
  enableKeyRotation?: boolean;
  rotationPeriodInDays?: number;
  policy?: string;
  tags?: Tags;
}

/** A key has no name of its own: the one with these tags is ours. Tags name the stack and the resource. */
async function findKey(client: Clients["kms"], tags: Tags): Promise<string | undefined> {
  const { Keys = [] } = await client.send(new kms.ListKeysCommand({ Limit: 1000 }));
  for (const { KeyId } of Keys) {
    const reply = await client.send(new kms.ListResourceTagsCommand({ KeyId }));
    const found = new Map(reply.Tags?.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
    if (Object.entries(tags).some(([key, value]) => found.get(key) !== value)) continue;
    const { KeyMetadata } = await client.send(new kms.DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState === "Enabled") return KeyId;
  }
  return undefined;
}

const keyArn = ({ partition, region, accountId }: Place, id: string): string =>
  `arn:${partition}:kms:${region}:${accountId}:key/${id}`;

const key = creator<KeyInputs>(async ({ kms: client }, properties, place) => {
  const tags = { Name: place.name, ...properties.tags };
  const settings = {
    Description: properties.description,
    KeyUsage: properties.keyUsage,
    KeySpec: properties.customerMasterKeySpec,
    Policy: properties.policy,
    Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  };
  const KeyId =
    (await findKey(client, tags)) ?? (await client.send(new kms.CreateKeyCommand(settings))).KeyMetadata?.KeyId;
  if (!KeyId) throw new Error(`KMS gave no id for ${place.name}`);
  if (properties.policy) {
    await client.send(new kms.PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: properties.policy }));
  }
  if (properties.enableKeyRotation) {
    const RotationPeriodInDays = properties.rotationPeriodInDays;
    await client.send(new kms.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
  }
  return { id: KeyId, outputs: { keyId: KeyId, arn: keyArn(place, KeyId) } };
});

const keyPolicy = creator<{ keyId: string; policy: string }>(async ({ kms: client }, { keyId: KeyId, policy }) => {
  await client.send(new kms.PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: policy }));
});

const alias = creator<{ name: string; targetKeyId: string }>(async ({ kms: client }, properties) => {
  const change = { AliasName: properties.name, TargetKeyId: properties.targetKeyId };
  await orWhenThere(
    ["AlreadyExistsException"],
    () => client.send(new kms.CreateAliasCommand(change)),
    () => client.send(new kms.UpdateAliasCommand(change)),
  );
});

interface RoleInputs {
  name: string;
  description?: string;
  assumeRolePolicy: string;
  tags?: Tags;
}

const role = creator<RoleInputs>(async ({ iam: client }, properties) => {
  const { name: RoleName, assumeRolePolicy: trust, description: Description } = properties;
  const Tags = tagList(properties.tags);
  await orWhenThere(
    ["EntityAlreadyExistsException", "EntityAlreadyExists"],
    () => client.send(new iam.CreateRoleCommand({ RoleName, Description, AssumeRolePolicyDocument: trust, Tags })),
    () => client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust })),
  );
});

const rolePolicy = creator<{ name: string; role: string; policy: string }>(async ({ iam: client }, properties) => {
  const { role: RoleName, name: PolicyName, policy: PolicyDocument } = properties;
  await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
});

export const SECURITY_CREATORS: Record<string, Creator> = {
  "aws:kms/key:Key": key,
  "aws:kms/keyPolicy:KeyPolicy": keyPolicy,
  "aws:kms/alias:Alias": alias,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
};
