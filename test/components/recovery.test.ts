import { strict as assert } from "node:assert";
import { ALARM, buildDatabase } from "../support/database";
import { KEY, TOPICS } from "../support/platform";
import { ACCOUNT, json, type Recording } from "../support/recorder";

const VAULT = "aws:backup/vault:Vault";
const recovery = { region: "us-west-2", keyArn: KEY("database-replica") };
const vaultArn = (name: string, region = "us-east-1") => `arn:aws:backup:${region}:${ACCOUNT}:${name}-1a2b3c4`;

describe("VodDatabase, copies in the recovery region", () => {
  let db: Recording;
  before(async () => {
    db = await buildDatabase({ recovery });
  });

  it("keeps two locked vaults, each under a key of its region", () => {
    assert.deepEqual(
      db.all(VAULT).map(({ name, inputs, options }) => [name, inputs.region, inputs.kmsKeyArn, options.protect]),
      [
        ["db-backup-vault", undefined, KEY("database"), true],
        ["db-backup-recovery-vault", "us-west-2", KEY("database-replica"), true],
      ],
    );
    const lock = (name: string, region?: string) => ({
      ...(region && { region }),
      backupVaultName: `${name}-1a2b3c4`,
      minRetentionDays: 7,
      maxRetentionDays: 35,
    });
    assert.deepEqual(
      db.all("aws:backup/vaultLockConfiguration:VaultLockConfiguration").map(({ inputs }) => inputs),
      [lock("db-backup-vault"), lock("db-backup-recovery-vault", "us-west-2")],
    );
  });

  it("copies a snapshot a day, after Aurora's own backup", () => {
    assert.deepEqual(db.one("aws:backup/plan:Plan", "db-backup-plan").inputs.rules, [
      {
        ruleName: "daily",
        targetVaultName: "db-backup-vault-1a2b3c4",
        schedule: "cron(30 4 * * ? *)",
        startWindow: 60,
        completionWindow: 720,
        lifecycle: { deleteAfter: 7 },
        copyActions: [
          { destinationVaultArn: vaultArn("db-backup-recovery-vault", "us-west-2"), lifecycle: { deleteAfter: 35 } },
        ],
      },
    ]);
    const { planId, resources } = db.one("aws:backup/selection:Selection", "db-backup-selection").inputs;
    assert.equal(planId, "id-of-db-backup-plan-1a2b3c4");
    assert.deepEqual(resources, [`arn:aws:rds:us-east-1:${ACCOUNT}:db-aurora-1a2b3c4`]);
  });

  it("grants the cluster, its snapshots, the vaults and the keys, and nothing else", () => {
    const { Statement } = json(db.one("aws:iam/rolePolicy:RolePolicy", "db-backup-role-grants").inputs.policy);
    const statements = Statement as { Sid: string; Resource: string[] }[];
    const snapshots = ["us-east-1", "us-west-2"].map(
      (region) => `arn:aws:rds:${region}:${ACCOUNT}:cluster-snapshot:awsbackup:*`,
    );
    const keys = [KEY("database"), KEY("database-replica")];
    assert.deepEqual(
      statements.map(({ Sid, Resource }) => [Sid, Resource]),
      [
        ["Snapshots", [`arn:aws:rds:us-east-1:${ACCOUNT}:db-aurora-1a2b3c4`, ...snapshots]],
        ["Expiry", snapshots],
        ["Vaults", [vaultArn("db-backup-vault"), vaultArn("db-backup-recovery-vault", "us-west-2")]],
        ["Keys", keys],
        ["KeysOfSnapshots", keys],
      ],
    );
  });

  it("tells when a job fails", () => {
    const alarms = db.all(ALARM).filter(({ name }) => name.startsWith("db-backup"));
    assert.deepEqual(
      alarms.map(({ inputs }) => [inputs.metricName, inputs.dimensions, inputs.threshold, inputs.alarmActions]).sort(),
      ["NumberOfBackupJobsFailed", "NumberOfCopyJobsFailed"].map((metric) => [
        metric,
        { BackupVaultName: "db-backup-vault-1a2b3c4" },
        0,
        [TOPICS.warningArn],
      ]),
    );
  });

  it("makes no copy unless it is asked to, and none into its own region", async () => {
    assert.deepEqual((await buildDatabase()).all(VAULT), []);
    await assert.rejects(buildDatabase({ recovery: { ...recovery, region: "us-east-1" } }), {
      message: /recovery region "us-east-1" is the platform's own → another region/,
    });
  });
});
