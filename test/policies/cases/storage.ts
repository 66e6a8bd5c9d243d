/** Cases of S3 and KMS. */
import { add, drop, fails, inStack, nameOf, passes, set, unset, type Case } from "../support/given";

const transitions = (...steps: [number | undefined, string][]) =>
  steps.map(([days, storageClass]) => ({ ...(days !== undefined && { days }), storageClass }));
const masters = (...steps: [number | undefined, string][]) =>
  set("ingest-lifecycle", "rules.1.transitions", transitions(...steps));
const noncurrent = (...steps: [number, string][]) =>
  set(
    "ingest-lifecycle",
    "rules.1.noncurrentVersionTransitions",
    steps.map(([noncurrentDays, storageClass]) => ({ noncurrentDays, storageClass })),
  );
const second = (rule: Record<string, unknown>) =>
  set("ingest-lifecycle", "rules.2", { id: "second", status: "Enabled", ...rule });

const KMS_CASES: Case[] = [
  fails("kms-rotation", "media-key", "the key never rotates", unset("media-key", "enableKeyRotation")),
  fails("kms-rotation", "media-key", "rotates every 60 days", set("media-key", "rotationPeriodInDays", 60)),
  fails("kms-rotation", "media-key", "rotates every 2560 days", set("media-key", "rotationPeriodInDays", 2560)),
  passes("kms-rotation", "an asymmetric key cannot rotate", set("signing-key", "enableKeyRotation", false)),
  passes("kms-rotation", "nor can a key for MACs", add("aws:kms/key:Key", "mac", { keyUsage: "GENERATE_VERIFY_MAC" })),
  fails("kms-deletion-window", "media-key", "deletionWindowInDays 3", set("media-key", "deletionWindowInDays", 3)),
  passes("kms-deletion-window", "7 days are enough in dev", set("media-key", "deletionWindowInDays", 7)),
  inStack(
    "prod",
    fails("kms-deletion-window", "media-key", "deletionWindowInDays 7", set("media-key", "deletionWindowInDays", 7)),
  ),
  inStack("prod", passes("kms-deletion-window", "30 days by default", unset("media-key", "deletionWindowInDays"))),
  fails(
    "kms-policy-closed",
    "media-key-policy",
    "admits everybody",
    set("media-key-policy", "policy.Statement.0.Principal", "*"),
  ),
  fails(
    "kms-policy-closed",
    "data-key",
    "admits a service on behalf of any account · cloudwatch.amazonaws.com",
    unset("data-key", "policy.Statement.2.Condition"),
  ),
  fails(
    "kms-policy-closed",
    "data-key",
    "admits all but a list · NotPrincipal",
    set("data-key", "policy.Statement.2.NotPrincipal", { AWS: "arn:aws:iam::000000000000:root" }),
  ),
  fails(
    "kms-policy-scoped",
    "media-key-policy",
    "gives every action to arn:aws:iam::000000000000:role/admin",
    set("media-key-policy", "policy.Statement.0.Principal", { AWS: "arn:aws:iam::000000000000:role/admin" }),
  ),
  fails(
    "kms-no-lockout-bypass",
    "media-key",
    "bypassPolicyLockoutSafetyCheck: true",
    set("media-key", "bypassPolicyLockoutSafetyCheck", true),
  ),
  fails("kms-admits-callers", "data-key", "logs.<region>.amazonaws.com", unset("data-key", "policy.Statement.0")),
  fails("kms-admits-callers", "data-key", "events.amazonaws.com", unset("data-key", "policy.Statement.1")),
  fails("kms-admits-callers", "data-key", "cloudwatch.amazonaws.com", unset("data-key", "policy.Statement.2")),
  fails("kms-admits-callers", "media-key", "cloudfront.amazonaws.com", drop("media-key-policy")),
  fails(
    "kms-admits-callers",
    "media-key",
    "cloudfront.amazonaws.com",
    set("media-key-policy", "policy.Statement.1.Action", ["kms:Encrypt"]),
  ),
  passes("kms-admits-callers", "actions by prefix count", set("data-key", "policy.Statement.0.Action", "kms:Dec*")),
  fails("kms-alias", "signing-key", "no alias names the key", drop("signing-alias")),
];

const BUCKET_CASES: Case[] = [
  fails("s3-public-block", "media", "no public access block", drop("media-block")),
  fails("s3-public-block", "media", "restrictPublicBuckets is not true", unset("media-block", "restrictPublicBuckets")),
  fails("s3-public-block", "media", "blockPublicAcls is not true", set("media-block", "blockPublicAcls", false)),
  fails("s3-public-block", "media", "no public access block", set("media-block", "bucket", nameOf("web"))),
  fails("s3-tls-only", "ingest", "no bucket policy denies plain HTTP", drop("ingest-policy")),
  fails("s3-tls-only", "media", "no bucket policy denies plain HTTP", unset("media-policy", "policy.Statement.0")),
  fails(
    "s3-tls-only",
    "ingest",
    "no bucket policy denies plain HTTP",
    set("ingest-policy", "policy.Statement.0.Action", "s3:GetObject"),
  ),
  fails(
    "s3-tls-only",
    "ingest",
    "no bucket policy denies plain HTTP",
    set("ingest-policy", "policy.Statement.0.Condition", { Bool: { "aws:SecureTransport": "true" } }),
  ),
  fails(
    "s3-tls-only",
    "ingest",
    "no bucket policy denies plain HTTP",
    set("ingest-policy", "policy.Statement.0.Principal", { AWS: "000000000000" }),
  ),
  fails(
    "s3-policy-closed",
    "media-policy",
    "admits everybody",
    set("media-policy", "policy.Statement.1.Principal", { AWS: "*" }),
  ),
  fails(
    "s3-policy-closed",
    "media-policy",
    "cloudfront.amazonaws.com",
    set("media-policy", "policy.Statement.1.Condition", { StringEquals: { "aws:Referer": "x" } }),
  ),
  fails("s3-owner-enforced", "media", "no ownership controls", drop("media-ownership")),
  fails(
    "s3-owner-enforced",
    "media",
    "objectOwnership ObjectWriter",
    set("media-ownership", "rule.objectOwnership", "ObjectWriter"),
  ),
  fails("s3-versioning", "media", "keeps no versions", drop("media-versioning")),
  fails(
    "s3-versioning",
    "media",
    "status Suspended",
    set("media-versioning", "versioningConfiguration.status", "Suspended"),
  ),
  fails("s3-encryption", "media", "no encryption setting", drop("media-encryption")),
  fails(
    "s3-encryption",
    "media",
    "sseAlgorithm AES256",
    set("media-encryption", "rules.0.applyServerSideEncryptionByDefault", { sseAlgorithm: "AES256" }),
  ),
  fails(
    "s3-encryption",
    "media",
    "alias/aws/s3",
    set("media-encryption", "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId", "alias/aws/s3"),
  ),
  fails(
    "s3-encryption",
    "media",
    "bucketKeyEnabled is not true",
    set("media-encryption", "rules.0.bucketKeyEnabled", false),
  ),
  fails(
    "s3-encryption",
    "logs",
    "sseAlgorithm AES256",
    ...["media", "ingest", "web", "snapshots"].map((name) => drop(`${name}-access-log`)),
    drop("cdn-log-destination"),
  ),
  fails(
    "s3-encryption",
    "media",
    "alias/aws/s3",
    set("media-encryption", "rules.1", {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "alias/aws/s3" },
      bucketKeyEnabled: true,
    }),
  ),
  passes(
    "s3-encryption",
    "a key of another stack is ours too",
    set("media-encryption", "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId", "arn:aws:kms:::key/1"),
  ),
  fails("no-inline-bucket-config", "media", "versioning", set("media", "versioning", { enabled: true })),
  fails("no-inline-bucket-config", "media", "policy", set("media", "policy", "{}")),
  fails("s3-no-acl", "acl", "access is granted by ACL", add("aws:s3/bucketAcl:BucketAcl", "acl", { acl: "private" })),
  fails(
    "s3-one-setting-each",
    "media",
    "2 policy resources · media-policy, twin",
    add("aws:s3/bucketPolicy:BucketPolicy", "twin", { bucket: nameOf("media"), policy: "{}" }),
  ),
  fails("s3-events-on", "ingest", "ingest-rule", drop("ingest-events")),
  fails("s3-events-on", "ingest", "ingest-rule", set("ingest-events", "eventbridge", false)),
  fails("s3-access-logs", "ingest", "nobody knows who reads", drop("ingest-access-log")),
];

const LIFECYCLE_CASES: Case[] = [
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "INTELLIGENT_TIERING → STANDARD_IA",
    masters([0, "INTELLIGENT_TIERING"], [30, "STANDARD_IA"]),
  ),
  fails("s3-lifecycle-legal", "ingest-lifecycle", "takes objects from day 30", masters([10, "STANDARD_IA"])),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "GLACIER_IR keeps objects until day 120",
    masters([30, "GLACIER_IR"], [90, "GLACIER"]),
  ),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "STANDARD_IA keeps objects until day 60",
    masters([30, "STANDARD_IA"], [45, "GLACIER"]),
  ),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "DEEP_ARCHIVE → GLACIER",
    masters([10, "DEEP_ARCHIVE"], [400, "GLACIER"]),
  ),
  fails("s3-lifecycle-legal", "ingest-lifecycle", "unknown storage class · FROZEN", masters([30, "FROZEN"])),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "INTELLIGENT_TIERING keeps objects until day 31",
    masters([30, "INTELLIGENT_TIERING"], [30, "GLACIER"]),
  ),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "a transition has a date",
    set("ingest-lifecycle", "rules.1.transitions", [{ date: "2030-01-01", storageClass: "GLACIER" }]),
  ),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "noncurrent versions: STANDARD_IA takes objects from day 30",
    noncurrent([7, "STANDARD_IA"]),
  ),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "objects end before they reach DEEP_ARCHIVE",
    set("ingest-lifecycle", "rules.1.expiration", { days: 200 }),
  ),
  fails(
    "s3-lifecycle-legal",
    "ingest-lifecycle",
    "rules second, housekeeping, masters together",
    second({ filter: { prefix: "x/" }, transitions: transitions([30, "STANDARD_IA"]) }),
  ),
  passes(
    "s3-lifecycle-legal",
    "rules on other prefixes are other chains",
    set("ingest-lifecycle", "rules.1.filter.prefix", "y/"),
    second({ filter: { prefix: "x/" }, transitions: transitions([30, "STANDARD_IA"]) }),
  ),
  passes(
    "s3-lifecycle-legal",
    "a rule that is off is not judged",
    second({ status: "Disabled", filter: {}, transitions: transitions([1, "STANDARD_IA"]) }),
  ),
  fails("mpu-abort", "ingest", "within 7 days", unset("ingest-lifecycle", "rules.0.abortIncompleteMultipartUpload")),
  fails(
    "mpu-abort",
    "ingest",
    "within 7 days",
    set("ingest-lifecycle", "rules.0.abortIncompleteMultipartUpload.daysAfterInitiation", 14),
  ),
  fails("mpu-abort", "ingest", "within 7 days", set("ingest-lifecycle", "rules.0.filter.prefix", "uploads/")),
  fails("mpu-abort", "ingest", "within 7 days", set("ingest-lifecycle", "rules.0.status", "Disabled")),
  fails("mpu-abort", "ingest", "within 7 days", drop("ingest-lifecycle")),
  fails(
    "s3-noncurrent-expiry",
    "media",
    "old versions are kept for ever",
    unset("media-lifecycle", "rules.0.noncurrentVersionExpiration"),
  ),
  fails(
    "no-archive-on-cdn-origin",
    "media-lifecycle",
    'what cdn serves from "media/" · DEEP_ARCHIVE at day 365',
    set("media-lifecycle", "rules.1.transitions.2", { days: 365, storageClass: "DEEP_ARCHIVE" }),
  ),
  fails(
    "no-archive-on-cdn-origin",
    "media-lifecycle",
    "GLACIER at day 90",
    set("media-lifecycle", "rules.2.filter", {}),
    set("media-lifecycle", "rules.2.transitions", transitions([90, "GLACIER"])),
  ),
  fails(
    "no-archive-on-cdn-origin",
    "media-lifecycle",
    'serves from "posters/" · expiration',
    set("media-lifecycle", "rules.3.filter.prefix", "posters/"),
  ),
  fails(
    "no-archive-on-cdn-origin",
    "replica-lifecycle",
    "GLACIER at day 120",
    set("replica-lifecycle", "rules.1", {
      id: "cold",
      status: "Enabled",
      filter: { prefix: "media/hd/" },
      transitions: transitions([120, "GLACIER"]),
    }),
  ),
  fails(
    "no-archive-on-cdn-origin",
    "web-lifecycle",
    'serves from "site/',
    set("cdn", "origins.2.originPath", "/site"),
    set("web-lifecycle", "rules.1", {
      id: "old",
      status: "Enabled",
      filter: { prefix: "site/old/" },
      expiration: { days: 9 },
    }),
  ),
  passes(
    "no-archive-on-cdn-origin",
    "what lies outside the origin's folder is not served",
    set("cdn", "origins.2.originPath", "/site"),
    set("web-lifecycle", "rules.1", {
      id: "old",
      status: "Enabled",
      filter: { prefix: "old/" },
      expiration: { days: 9 },
    }),
  ),
];

const rule = (path: string): string => `rules.0.${path}`;
const REPLICATION_CASES: Case[] = [
  fails(
    "crr-complete",
    "media-replication",
    "no replication rule is enabled",
    set("media-replication", rule("status"), "Disabled"),
  ),
  fails("crr-complete", "media-replication", "no filter", unset("media-replication", rule("filter"))),
  fails(
    "crr-complete",
    "media-replication",
    "deleteMarkerReplication is not enabled",
    unset("media-replication", rule("deleteMarkerReplication")),
  ),
  fails(
    "crr-complete",
    "media-replication",
    "sseKmsEncryptedObjects is not enabled",
    unset("media-replication", rule("sourceSelectionCriteria")),
  ),
  fails(
    "crr-complete",
    "media-replication",
    "replicaKmsKeyId is not set",
    unset("media-replication", rule("destination.encryptionConfiguration")),
  ),
  fails(
    "crr-complete",
    "media-replication",
    "time control needs 15 minutes and metrics",
    set("media-replication", rule("destination.replicationTime"), { status: "Enabled", time: { minutes: 15 } }),
  ),
  passes(
    "crr-complete",
    "time control with metrics",
    set("media-replication", rule("destination.replicationTime"), { status: "Enabled", time: { minutes: 15 } }),
    set("media-replication", rule("destination.metrics"), { status: "Enabled", eventThreshold: { minutes: 15 } }),
  ),
  fails("crr-complete", "media-replication", "replica keeps no versions", drop("replica-versioning")),
  fails("crr-complete", "media-replication", "media and replica are in one Region", unset("replica", "region")),
  fails(
    "crr-complete",
    "media-replication",
    "no bucket of this stack",
    set("media-replication", rule("destination.bucket"), "arn:aws:s3:::somebody-else"),
  ),
];

export const storageCases: Case[] = [...KMS_CASES, ...BUCKET_CASES, ...LIFECYCLE_CASES, ...REPLICATION_CASES];
