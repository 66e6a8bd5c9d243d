import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { allow, serviceTrust } from "../../lib/iam";
import { named } from "../../lib/tags";
import { createAlarm, type AlertTopics } from "../shared/alarm";
import { arnIn, stateful, type Platform } from "../shared/platform";
import { createRole, type CreatedRole } from "../shared/role";

export interface RecoverySettings {
  /** Another region than the platform's. */
  region: string;
  /** Key in that region. */
  keyArn: pulumi.Input<string>;
}

export interface RecoverySpec {
  platform: Platform;
  clusterArn: pulumi.Input<string>;
  /** Key of the cluster, and of the vault beside it. */
  keyArn: pulumi.Input<string>;
  topics: AlertTopics;
  settings: RecoverySettings;
}

/** Half an hour after Aurora's own backup window. */
const DAILY = "cron(30 4 * * ? *)";
/** Minutes until a job must have started, and be done: Aurora's snapshots are whole when they are copied. */
const WINDOW = { start: 60, completion: 720 };
/** Days: here as long as Aurora's own backups, there long enough to notice what went wrong. */
const KEEP = { here: 7, there: 35 };

/**
 * A vault that nobody empties early: locked in governance mode, which those whom IAM lets change the lock can lift.
 */
function createVault(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  keyArn: pulumi.Input<string>,
  region?: string,
): aws.backup.Vault {
  const where = region === undefined ? {} : { region };
  const vault = new aws.backup.Vault(
    name,
    { ...where, kmsKeyArn: keyArn, forceDestroy: false, tags: named(platform.tags, name) },
    stateful(platform, parent),
  );
  new aws.backup.VaultLockConfiguration(
    `${name}-lock`,
    { ...where, backupVaultName: vault.name, minRetentionDays: KEEP.here, maxRetentionDays: KEEP.there },
    { parent },
  );
  return vault;
}

/** What AWS Backup does with a cluster of Aurora (AWS Backup Developer Guide, "Managed policies for AWS Backup"), for this one. */
function createBackupRole(
  parent: pulumi.Resource,
  name: string,
  spec: RecoverySpec,
  vaults: aws.backup.Vault[],
): CreatedRole {
  const { platform, clusterArn, keyArn, settings } = spec;
  const snapshots = [platform.region, settings.region].map((region) =>
    arnIn(platform, "rds", "cluster-snapshot:awsbackup:*", region),
  );
  return createRole(parent, `${name}-role`, {
    platform,
    description: "Copies the database to the recovery region",
    trust: serviceTrust("backup.amazonaws.com", platform.accountId),
    grants: [
      allow(
        "Snapshots",
        [
          "rds:AddTagsToResource",
          "rds:CopyDBClusterSnapshot",
          "rds:CreateDBClusterSnapshot",
          "rds:DescribeDBClusterSnapshots",
          "rds:DescribeDBClusters",
          "rds:ListTagsForResource",
        ],
        [clusterArn, ...snapshots],
      ),
      allow("Expiry", ["rds:DeleteDBClusterSnapshot", "rds:ModifyDBClusterSnapshotAttribute"], snapshots),
      allow(
        "Vaults",
        ["backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
        vaults.map(({ arn }) => arn),
      ),
      allow(
        "Keys",
        ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
        [keyArn, settings.keyArn],
      ),
      allow("KeysOfSnapshots", ["kms:CreateGrant"], [keyArn, settings.keyArn], {
        Bool: { "kms:GrantIsForAWSResource": "true" },
      }),
    ],
  });
}

/** AWS Backup counts by the vault that a job writes to; a copy is counted where it comes from. */
function alarmOnFailures(parent: pulumi.Resource, name: string, spec: RecoverySpec, vault: aws.backup.Vault): void {
  const failures: [string, string][] = [
    ["NumberOfBackupJobsFailed", "backup"],
    ["NumberOfCopyJobsFailed", "copy"],
  ];
  for (const [metricName, what] of failures) {
    createAlarm(parent, `${name}-${what}-failed-alarm`, {
      platform: spec.platform,
      description: `The daily ${what} of the database for the recovery region has failed. Look at the jobs of AWS Backup.`,
      namespace: "AWS/Backup",
      metricName,
      dimensions: { BackupVaultName: vault.name },
      statistic: "Sum",
      period: 3600,
      evaluationPeriods: 1,
      threshold: 0,
      comparison: "GreaterThanThreshold",
      topicArn: spec.topics.warningArn,
    });
  }
}

/**
 * Every day a snapshot of the cluster, copied whole to another region.
 *
 * Cost (AWS Backup pricing, us-east-1, recalled): $0.021 a GB and month in each region, and $0.02 a GB on the way.
 */
export function createRecoveryCopies(parent: pulumi.Resource, name: string, spec: RecoverySpec): void {
  const { platform, settings } = spec;
  if (settings.region === platform.region)
    throw new Error(`recovery region "${settings.region}" is the platform's own → another region`);
  const here = createVault(parent, `${name}-vault`, platform, spec.keyArn);
  const there = createVault(parent, `${name}-recovery-vault`, platform, settings.keyArn, settings.region);
  const { role, grants } = createBackupRole(parent, name, spec, [here, there]);
  const plan = new aws.backup.Plan(
    `${name}-plan`,
    {
      rules: [
        {
          ruleName: "daily",
          targetVaultName: here.name,
          schedule: DAILY,
          startWindow: WINDOW.start,
          completionWindow: WINDOW.completion,
          lifecycle: { deleteAfter: KEEP.here },
          copyActions: [{ destinationVaultArn: there.arn, lifecycle: { deleteAfter: KEEP.there } }],
        },
      ],
      tags: named(platform.tags, `${name}-plan`),
    },
    { parent },
  );
  new aws.backup.Selection(
    `${name}-selection`,
    { planId: plan.id, iamRoleArn: role.arn, resources: [spec.clusterArn] },
    { parent, dependsOn: [grants] },
  );
  alarmOnFailures(parent, name, spec, here);
}
