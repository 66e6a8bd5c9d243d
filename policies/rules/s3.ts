import { deniesPlainText, reportOpenings } from "../documents";
import type { Graph, ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { EVENTS, S3 } from "../tokens";
import { isLogBucket, lacksOwnKey } from "./shared";

const sidecars = (graph: Graph, bucket: ResourceNode, types: readonly string[]): ResourceNode[] =>
  graph.referring(bucket, types, "bucket");

const SWITCHES = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

const publicBlock = stackRule({
  name: "s3-public-block",
  displayName: "Buckets block public access",
  description: "Every bucket blocks public access in all four ways, so that no later policy or ACL can open it.",
  severity: "critical",
  tags: ["s3", "public-access"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  remedy: `add an aws.s3.BucketPublicAccessBlock of this bucket with ${SWITCHES.join(", ")} true`,
  types: S3.bucket,
  check: ({ node, report, part }, graph) => {
    const blocks = sidecars(graph, node, S3.publicAccessBlock);
    if (blocks.length === 0) report("the bucket has no public access block");
    for (const block of blocks) {
      for (const name of SWITCHES) {
        part(() => {
          if (!block.inputs.flag(name)) report(`public access is open in one way · ${name} is not true`);
        });
      }
    }
  },
});

const tlsOnly = stackRule({
  name: "s3-tls-only",
  displayName: "Buckets refuse plain HTTP",
  description: "A bucket policy denies every request that does not come by TLS.",
  severity: "high",
  tags: ["s3", "tls"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
  remedy: 'deny s3:* to Principal "*" under Bool aws:SecureTransport "false" in the bucket\'s policy',
  types: S3.bucket,
  check: ({ node, report }, graph) => {
    const policies = sidecars(graph, node, S3.policy);
    if (!policies.some(({ inputs }) => deniesPlainText(inputs.json("policy"))))
      report("no bucket policy denies plain HTTP");
  },
});

const policyClosed = resourceRule({
  name: "s3-policy-closed",
  displayName: "Bucket policies admit nobody unnamed",
  description: "No bucket policy admits everybody, and services are admitted for our own account or resources only.",
  severity: "critical",
  tags: ["s3", "public-access"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html",
  remedy: "name the principal; give services a condition on aws:SourceArn or aws:SourceAccount",
  types: S3.policy,
  check: (subject) => reportOpenings(subject.node.inputs.json("policy"), subject),
});

const ownerEnforced = stackRule({
  name: "s3-owner-enforced",
  displayName: "Buckets know no ACLs",
  description: "Object ownership is BucketOwnerEnforced: access is decided by policies alone.",
  severity: "medium",
  tags: ["s3", "access"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  remedy: 'add an aws.s3.BucketOwnershipControls of this bucket with rule.objectOwnership "BucketOwnerEnforced"',
  types: S3.bucket,
  check: ({ node, report, part }, graph) => {
    const controls = sidecars(graph, node, S3.ownership);
    if (controls.length === 0) report("the bucket has no ownership controls");
    for (const { inputs } of controls) {
      part(() => {
        const ownership = inputs.one("rule").text("objectOwnership");
        if (ownership !== "BucketOwnerEnforced") report(`ACLs are in force · objectOwnership ${ownership ?? "unset"}`);
      });
    }
  },
});

const versioning = stackRule({
  name: "s3-versioning",
  displayName: "Buckets keep versions",
  description: "Overwriting or deleting an object can be undone, and replication needs versions.",
  severity: "high",
  tags: ["s3", "recovery"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  remedy: 'add an aws.s3.BucketVersioning of this bucket with versioningConfiguration.status "Enabled"',
  types: S3.bucket,
  check: ({ node, report, part }, graph) => {
    const settings = sidecars(graph, node, S3.versioning);
    if (settings.length === 0) report("the bucket keeps no versions");
    for (const { inputs } of settings) {
      part(() => {
        const status = inputs.one("versioningConfiguration").text("status");
        if (status !== "Enabled") report(`the bucket keeps no versions · status ${status ?? "unset"}`);
      });
    }
  },
});

const encryption = stackRule({
  name: "s3-encryption",
  displayName: "Buckets are encrypted with our keys",
  description:
    "Objects are encrypted with a key of ours and a bucket key, which cuts the calls to KMS. Buckets that only receive logs may use S3's own keys.",
  severity: "high",
  tags: ["s3", "encryption"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html",
  remedy:
    'add an aws.s3.BucketServerSideEncryptionConfiguration of this bucket with sseAlgorithm "aws:kms", kmsMasterKeyId of our key and bucketKeyEnabled: true',
  types: S3.bucket,
  check: ({ node, report, part }, graph) => {
    if (isLogBucket(graph, node)) return;
    const settings = sidecars(graph, node, S3.encryption);
    if (settings.length === 0) report("the bucket has no encryption setting of its own");
    for (const setting of settings) {
      const rules = setting.inputs.many("rules");
      // Objects have one default: which of several holds is nobody's to guess.
      if (rules.length !== 1) report(`the bucket has ${rules.length} encryption rules, not one`);
      for (const rule of rules) {
        part(() => {
          const standard = rule.one("applyServerSideEncryptionByDefault");
          const algorithm = standard.text("sseAlgorithm");
          if (algorithm !== "aws:kms")
            report(`objects are not under a key of ours · sseAlgorithm ${algorithm ?? "unset"}`);
          const lack = lacksOwnKey(graph, setting, "rules", standard, "kmsMasterKeyId");
          if (lack !== undefined) report(`objects are not under a key of ours · ${lack}`);
        });
        part(() => {
          if (!rule.flag("bucketKeyEnabled")) report("every object costs a call to KMS · bucketKeyEnabled is not true");
        });
      }
    }
  },
});

/** Sub-settings of `aws.s3.Bucket` that version 7 of the provider deprecates in favour of resources of their own. */
const INLINE = [
  "accelerationStatus",
  "acl",
  "corsRules",
  "grants",
  "lifecycleRules",
  "logging",
  "loggings",
  "objectLockConfiguration",
  "policy",
  "replicationConfiguration",
  "requestPayer",
  "serverSideEncryptionConfiguration",
  "versioning",
  "website",
] as const;

const noInline = resourceRule({
  name: "no-inline-bucket-config",
  displayName: "Bucket settings are resources",
  description: "Inline settings are deprecated and hide from the rules that judge the setting resources.",
  severity: "medium",
  tags: ["s3", "provider"],
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/",
  remedy: "move the setting to its own resource, e.g. aws.s3.BucketVersioning",
  types: S3.bucket,
  check: ({ node: { inputs }, report }) => {
    for (const key of INLINE) if (inputs.has(key)) report(`the bucket has an inline setting · ${key}`);
  },
});

const noAcl = resourceRule({
  name: "s3-no-acl",
  displayName: "Nobody grants access by ACL",
  description: "ACLs are out of use: ownership is enforced, and an ACL resource would fail or open the bucket.",
  severity: "high",
  tags: ["s3", "public-access"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  remedy: "remove the aws.s3.BucketAcl and grant by the bucket's policy",
  types: S3.acl,
  check: ({ node, report }) => report(`access is granted by ACL · ${node.name}`),
});

const oneSetting = stackRule({
  name: "s3-one-setting-each",
  displayName: "One setting resource of a kind per bucket",
  description: "S3 keeps one document of each kind; two resources overwrite each other on every update.",
  severity: "medium",
  tags: ["s3", "provider"],
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketlifecycleconfiguration/",
  remedy: "merge them into one resource",
  types: S3.bucket,
  check: ({ node, report }, graph) => {
    for (const kind of ["policy", "lifecycle", "notification", "encryption", "versioning", "replication"] as const) {
      const names = sidecars(graph, node, S3[kind]).map(({ name }) => name);
      if (names.length > 1) report(`the bucket has ${names.length} ${kind} resources · ${names.join(", ")}`);
    }
  },
});

const eventSource = stackRule({
  name: "s3-events-on",
  displayName: "Buckets that rules listen to send events",
  description: "A rule on a bucket's events never fires unless the bucket sends them to EventBridge.",
  severity: "high",
  tags: ["s3", "events"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html",
  remedy: "add an aws.s3.BucketNotification of this bucket with eventbridge: true",
  types: S3.bucket,
  check: ({ node, report }, graph) => {
    const rules = graph.referring(node, EVENTS.rule, "eventPattern").map(({ name }) => name);
    if (rules.length === 0) return;
    if (!sidecars(graph, node, S3.notification).some(({ inputs }) => inputs.flag("eventbridge")))
      report(`the bucket sends no events, though a rule waits for them · ${rules.join(", ")}`);
  },
});

const accessLogs = stackRule({
  name: "s3-access-logs",
  displayName: "Who reads a bucket is logged",
  description:
    "Buckets write access logs. Buckets that receive logs do not (it would never end), nor do replicas, which nobody but S3 and the CDN touches.",
  severity: "low",
  tags: ["s3", "logs"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
  remedy: "add an aws.s3.BucketLogging of this bucket with targetBucket of the log bucket in its region",
  types: S3.bucket,
  check: ({ node, report }, graph) => {
    const isReplica = graph.referring(node, S3.replication, "rules").length > 0;
    if (isReplica || isLogBucket(graph, node)) return;
    if (sidecars(graph, node, S3.logging).length === 0) report("nobody knows who reads the bucket");
  },
});

export const s3Rules = [
  publicBlock,
  tlsOnly,
  policyClosed,
  ownerEnforced,
  versioning,
  encryption,
  noInline,
  noAcl,
  oneSetting,
  eventSource,
  accessLogs,
];
