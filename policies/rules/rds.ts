import type { Fields } from "../fields";
import { isServing } from "../graph";
import { resourceRule, stackRule, type Subject } from "../rule";
import { RDS, WATCH } from "../tokens";
import { lacksOwnKey } from "./shared";

const GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide";

/** Oldest major release of Aurora PostgreSQL whose standard support goes on past 2028 (Aurora PostgreSQL release calendar). */
const OLDEST_MAJOR = 16;
/** Days of backups that the architecture document asks for; the most that Aurora keeps. */
const BACKUP_DAYS = { least: 7, most: 35 };
const POSTGRES = "aurora-postgresql";

const isPostgres = (inputs: Fields): boolean => inputs.text("engine") === POSTGRES;

const engine = resourceRule({
  name: "aurora-engine-supported",
  displayName: "Databases run a supported release",
  description: "A release past its standard support is charged twice, and gets no fixes of its own.",
  severity: "high",
  tags: ["rds", "support"],
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html",
  remedy: `set engineVersion to a release of ${OLDEST_MAJOR} or later, such as the long-term one, 17.7`,
  types: RDS.cluster,
  check: ({ node: { inputs }, report }) => {
    if (!isPostgres(inputs)) return;
    const version = inputs.text("engineVersion");
    const major = Number(version?.split(".")[0] ?? Number.NaN);
    if (!(major >= OLDEST_MAJOR))
      report(`the release is old or left to chance · engineVersion ${version ?? "not set"}`);
  },
});

const noAllocation = resourceRule({
  name: "no-allocated-storage-on-aurora",
  displayName: "Aurora's volume is not allocated",
  description: "Aurora's volume grows and shrinks by itself. A size or IOPS would make a Multi-AZ cluster of it.",
  severity: "medium",
  tags: ["rds", "storage"],
  url: `${GUIDE}/Aurora.Overview.StorageReliability.html`,
  remedy: "leave allocatedStorage and iops out, and watch VolumeBytesUsed",
  types: RDS.cluster,
  check: ({ node: { inputs }, report }) => {
    const set = ["allocatedStorage", "iops"].filter((key) => inputs.has(key));
    if (set.length > 0) report(`Aurora allocates nothing · ${set.join(", ")}`);
  },
});

const volumeAlarm = stackRule({
  name: "aurora-volume-alarm",
  displayName: "Somebody hears of a growing database",
  description: "Aurora has no limit below 256 TiB: only an alarm stops a table from costing without end.",
  severity: "high",
  tags: ["rds", "alarms", "cost"],
  url: `${GUIDE}/Aurora.AuroraMonitoring.Metrics.html`,
  remedy: "add an aws.cloudwatch.MetricAlarm of VolumeBytesUsed with the dimension DBClusterIdentifier",
  types: RDS.cluster,
  check: ({ node, report }, graph) => {
    const alarms = graph.referring(node, WATCH.alarm, "dimensions");
    const watched = alarms.some(({ inputs }) => inputs.text("metricName") === "VolumeBytesUsed");
    if (!watched) report("no alarm watches the volume");
  },
});

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** Minutes of the week in which a window of a day (`03:00-04:00`) or of the week (`sun:05:00-sun:06:00`) is open. */
function minutesOf(window: string): Set<number> {
  const [from = "", to = ""] = window.split(/-(?=(?:[a-z]{3}:)?\d\d:\d\d$)/);
  const at = (text: string): number => {
    const [, day, hour, minute] = /^(?:([a-z]{3}):)?(\d\d):(\d\d)$/.exec(text) ?? [];
    return (day === undefined ? 0 : DAYS.indexOf(day) * DAY) + Number(hour) * 60 + Number(minute);
  };
  const weekly = /^[a-z]{3}:/.test(from);
  const [start, length] = [at(from), (at(to) - at(from) + WEEK) % (weekly ? WEEK : DAY)];
  const starts = weekly ? [start] : DAYS.map((_, day) => start + day * DAY);
  return new Set(starts.flatMap((first) => Array.from({ length }, (_, minute) => (first + minute) % WEEK)));
}

const backup = resourceRule({
  name: "aurora-backup-7d",
  displayName: "Databases can be taken back a week",
  description: "Continuous backups of seven days or more, in a window that maintenance does not touch.",
  severity: "high",
  tags: ["rds", "recovery"],
  url: `${GUIDE}/Aurora.Managing.Backups.html`,
  remedy: `set backupRetentionPeriod to ${BACKUP_DAYS.least} to ${BACKUP_DAYS.most}, and windows that share no minute`,
  types: RDS.cluster,
  check: ({ node: { inputs }, report, part }) => {
    part(() => {
      const days = inputs.number("backupRetentionPeriod") ?? 1;
      if (days < BACKUP_DAYS.least || days > BACKUP_DAYS.most)
        report(`backups do not reach back a week · backupRetentionPeriod ${days}`);
    });
    part(() => {
      const backups = inputs.text("preferredBackupWindow");
      const maintenance = inputs.text("preferredMaintenanceWindow");
      if (backups === undefined || maintenance === undefined) return report("a window is left to chance");
      const open = minutesOf(maintenance);
      if ([...minutesOf(backups)].some((minute) => open.has(minute)))
        report(`the windows overlap · ${backups} and ${maintenance}`);
    });
  },
});

const noPassword = resourceRule({
  name: "no-master-password-in-code",
  displayName: "Nobody writes the database's password down",
  description: "RDS makes the administrator's password, keeps it in Secrets Manager and rotates it every seven days.",
  severity: "critical",
  tags: ["rds", "secrets"],
  url: `${GUIDE}/rds-secrets-manager.html`,
  remedy: "set manageMasterUserPassword: true, and no password",
  types: [...RDS.cluster, ...RDS.instance],
  check: ({ node: { inputs }, report, part }) => {
    for (const key of ["masterPassword", "masterPasswordWo", "password", "passwordWo"])
      if (inputs.has(key)) report(`the code holds a password · ${key}`);
    part(() => {
      if (!inputs.flag("manageMasterUserPassword")) report("the password is not RDS's own · manageMasterUserPassword");
    });
  },
});

const forceTls = stackRule({
  name: "aurora-force-ssl",
  displayName: "Databases refuse plain text",
  description: "The cluster's own parameters refuse every connection without TLS, whatever the release's default is.",
  severity: "critical",
  tags: ["rds", "encryption"],
  url: `${GUIDE}/AuroraPostgreSQL.Security.html`,
  remedy: 'set dbClusterParameterGroupName to a ClusterParameterGroup with rds.force_ssl "1"',
  types: RDS.cluster,
  check: ({ node, report, part }, graph) => {
    if (!isPostgres(node.inputs)) return;
    const groups = graph.linked(node, "dbClusterParameterGroupName", RDS.clusterParameters);
    if (groups.length === 0) report("the cluster has no parameters of this stack");
    for (const { inputs } of groups)
      part(() => {
        const forced = inputs.many("parameters").find((parameter) => parameter.text("name") === "rds.force_ssl");
        if (forced?.text("value") !== "1")
          report(`plain text is let in · rds.force_ssl ${forced?.text("value") ?? "not set"}`);
      });
  },
});

const encrypted = stackRule({
  name: "aurora-encrypted",
  displayName: "Databases are encrypted with our keys",
  description: "Volume, backups, the administrator's secret and recorded statements are under a key of ours.",
  severity: "high",
  tags: ["rds", "encryption"],
  url: `${GUIDE}/Overview.Encryption.html`,
  remedy:
    "set storageEncrypted: true, and our key as kmsKeyId, masterUserSecretKmsKeyId and performanceInsightsKmsKeyId",
  types: RDS.cluster,
  check: ({ node, report, part }, graph) => {
    part(() => {
      if (!node.inputs.flag("storageEncrypted")) report("the volume is plain · storageEncrypted is not true");
    });
    const keys = ["kmsKeyId", "masterUserSecretKmsKeyId", "performanceInsightsKmsKeyId"];
    for (const key of keys)
      part(() => {
        const lack = lacksOwnKey(graph, node, key);
        if (lack !== undefined) report(`something is not under a key of ours · ${lack}`);
      });
  },
});

const iam = resourceRule({
  name: "aurora-iam-authentication",
  displayName: "Databases know callers by IAM",
  description: "A token of 15 minutes instead of a password, and a role that can be taken away.",
  severity: "medium",
  tags: ["rds", "access"],
  url: `${GUIDE}/UsingWithRDS.IAMDBAuth.html`,
  remedy: "set iamDatabaseAuthenticationEnabled: true",
  types: RDS.cluster,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.flag("iamDatabaseAuthenticationEnabled")) report("the cluster knows passwords only");
  },
});

/** Names under which scanners try to get in first. */
const COMMON_NAMES = ["admin", "administrator", "awsuser", "master", "postgres", "root"];

const ownName = resourceRule({
  name: "aurora-own-administrator",
  displayName: "The administrator has a name of its own",
  description: "A name that everybody knows is half of what an attacker needs.",
  severity: "low",
  tags: ["rds", "access"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-24",
  remedy: "set masterUsername to another name; it cannot be changed later",
  types: RDS.cluster,
  check: ({ node: { inputs }, report }) => {
    const name = inputs.text("masterUsername") ?? "not set";
    if (name === "not set" || COMMON_NAMES.includes(name)) report(`the administrator has a common name · ${name}`);
  },
});

const kept = resourceRule({
  name: "aurora-kept",
  displayName: "The catalogue outlives mistakes",
  description: "In prod and staging a cluster cannot be deleted in one step, and leaves a snapshot with its tags.",
  severity: "critical",
  tags: ["rds", "recovery"],
  url: `${GUIDE}/USER_DeleteCluster.html`,
  remedy:
    "set deletionProtection and copyTagsToSnapshot to true, skipFinalSnapshot to false, and a finalSnapshotIdentifier",
  types: RDS.cluster,
  check: (subject) => {
    if (isServing(subject.node.urn)) checkKept(subject);
  },
});

function checkKept({ node: { inputs }, report, part }: Subject): void {
  part(() => {
    if (!inputs.flag("deletionProtection")) report("the cluster can be deleted in one step · deletionProtection");
  });
  part(() => {
    if (!inputs.flag("copyTagsToSnapshot")) report("snapshots lose their tags · copyTagsToSnapshot");
  });
  part(() => {
    if (inputs.flag("skipFinalSnapshot") || !inputs.has("finalSnapshotIdentifier"))
      report("the cluster goes without a snapshot · skipFinalSnapshot, finalSnapshotIdentifier");
  });
}

export const rdsRules = [
  engine,
  noAllocation,
  volumeAlarm,
  backup,
  noPassword,
  forceTls,
  encrypted,
  iam,
  ownName,
  kept,
];
