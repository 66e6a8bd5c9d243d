/** Aurora and its backups, and ElastiCache. */
import { arn, text } from "../arn";
import type { Behaviour, ModelContext } from "../context";
import { digest, physicalName, uuid } from "../naming";

/** RDS keeps identifiers of clusters and instances within 63 characters, ElastiCache its caches and users within 40. */
const RDS_LIMIT = 63;
const CACHE_LIMIT = 40;
/** AWS Backup API, CreateBackupVault and BackupSelection. */
const BACKUP_LIMIT = 50;

/** What RDS makes of a host name's second part: the same for all databases of an account in a region. */
const domain = ({ accountId, region }: ModelContext): string =>
  `c${digest(`${accountId} ${region}`, 12)}.${region}.rds.amazonaws.com`;

/** A secret that RDS makes and rotates ends in six characters that Secrets Manager adds. */
const masterSecret = (context: ModelContext, urn: string, keyArn: unknown) => ({
  kmsKeyId: keyArn,
  secretArn: arn(context, "secretsmanager", `secret:rds!cluster-${digest(urn, 32)}-${digest(urn, 6)}`),
  secretStatus: "active",
});

const cluster: Behaviour = (resource, context) => {
  const { urn, inputs } = resource;
  const id = physicalName(resource, "clusterIdentifier", RDS_LIMIT);
  return {
    id,
    outputs: {
      arn: arn(context, "rds", `cluster:${id}`),
      clusterIdentifier: id,
      clusterResourceId: `cluster-${digest(urn, 26).toUpperCase()}`,
      endpoint: `${id}.cluster-${domain(context)}`,
      readerEndpoint: `${id}.cluster-ro-${domain(context)}`,
      masterUserSecrets: inputs.manageMasterUserPassword
        ? [masterSecret(context, urn, inputs.masterUserSecretKmsKeyId)]
        : [],
    },
  };
};

const instance: Behaviour = (resource, context) => {
  const id = physicalName(resource, "identifier", RDS_LIMIT);
  const outputs = {
    arn: arn(context, "rds", `db:${id}`),
    identifier: id,
    dbiResourceId: `db-${digest(resource.urn, 26).toUpperCase()}`,
    endpoint: `${id}.${domain(context)}`,
  };
  return { id, outputs };
};

/** Groups and subscriptions of RDS and groups of ElastiCache, whose id is their name. */
const byName =
  (service: string, kind: string): Behaviour =>
  (resource, context) => {
    const name = physicalName(resource);
    return { id: name, outputs: { name, arn: arn(context, service, `${kind}:${name}`) } };
  };

const replicationGroup: Behaviour = (resource, context) => {
  const id = physicalName(resource, "replicationGroupId", CACHE_LIMIT);
  const host = `${id}.${digest(context.accountId, 6)}.${context.region.replace(/[^a-z0-9]/g, "")}.cache.amazonaws.com`;
  return {
    id,
    outputs: {
      replicationGroupId: id,
      arn: arn(context, "elasticache", `replicationgroup:${id}`),
      configurationEndpointAddress: `clustercfg.${host}`,
    },
  };
};

const member =
  (property: string, kind: string): Behaviour =>
  ({ inputs }, context) => {
    const id = text(inputs[property]);
    return { id, outputs: { arn: arn(context, "elasticache", `${kind}:${id}`) } };
  };

const vault: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", BACKUP_LIMIT);
  return { id: name, outputs: { name, arn: arn(context, "backup", `backup-vault:${name}`) } };
};

const plan: Behaviour = (resource, context) => {
  const id = uuid(resource.urn);
  return { id, outputs: { name: physicalName(resource), arn: arn(context, "backup", `backup-plan:${id}`) } };
};

export const DATABASE: Record<string, Behaviour> = {
  "aws:backup/plan:Plan": plan,
  "aws:backup/selection:Selection": (resource) => ({
    id: uuid(resource.urn),
    outputs: { name: physicalName(resource, "name", BACKUP_LIMIT) },
  }),
  "aws:backup/vault:Vault": vault,
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": ({ inputs }) => ({
    id: text(inputs.backupVaultName),
    outputs: {},
  }),
  "aws:elasticache/parameterGroup:ParameterGroup": byName("elasticache", "parametergroup"),
  "aws:elasticache/replicationGroup:ReplicationGroup": replicationGroup,
  "aws:elasticache/subnetGroup:SubnetGroup": byName("elasticache", "subnetgroup"),
  "aws:elasticache/user:User": member("userId", "user"),
  "aws:elasticache/userGroup:UserGroup": member("userGroupId", "usergroup"),
  "aws:rds/cluster:Cluster": cluster,
  "aws:rds/clusterInstance:ClusterInstance": instance,
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": byName("rds", "cluster-pg"),
  "aws:rds/eventSubscription:EventSubscription": byName("rds", "es"),
  "aws:rds/subnetGroup:SubnetGroup": byName("rds", "subgrp"),
};
