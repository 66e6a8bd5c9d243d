import { originBuckets, servedPrefixes } from "../behaviors";
import { faultsOf, isArchive, rulesOf, type LifecycleRule } from "../lifecycle";
import { resourceRule, stackRule } from "../rule";
import { CLOUDFRONT, S3 } from "../tokens";

/** Days after which the parts of an unfinished upload are dropped. */
const ABORT_WITHIN = 7;

const legal = resourceRule({
  name: "s3-lifecycle-legal",
  displayName: "Lifecycle rules are legal",
  description:
    "S3 refuses some transitions (Intelligent-Tiering to Standard-IA among them), early ones, and chains that go back; two rules on one prefix act as one chain.",
  severity: "high",
  tags: ["s3", "lifecycle"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html",
  remedy:
    "go down the order STANDARD, STANDARD_IA (day 30), INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE, skip what is not legal and leave 30 days in the IA classes, 90 in the Glacier ones",
  types: S3.lifecycle,
  check: ({ node, report, part }) => {
    const enabled: LifecycleRule[] = [];
    for (const rule of rulesOf(node.inputs)) {
      part(() => {
        if (!rule.isEnabled()) return;
        for (const fault of faultsOf(rule.steps(), rule.expiry())) report(`rule ${rule.id}: ${fault}`);
        for (const fault of faultsOf(rule.noncurrentSteps(), rule.noncurrentExpiry()))
          report(`rule ${rule.id}, noncurrent versions: ${fault}`);
        if (rule.isUnconditional()) enabled.push(rule);
      });
    }
    // Rules whose prefix begins another's prefix act on the same objects: their transitions form one chain.
    for (const rule of enabled) {
      const covering = enabled.filter((other) => other !== rule && rule.prefix().startsWith(other.prefix()));
      const steps = [rule, ...covering].flatMap((other) => other.steps());
      if (covering.some((other) => other.steps().length > 0) && faultsOf(steps).length > 0)
        report(`rules ${[rule, ...covering].map(({ id }) => id).join(", ")} together: ${faultsOf(steps).join("; ")}`);
    }
  },
});

const abort = stackRule({
  name: "mpu-abort",
  displayName: "Unfinished uploads are dropped",
  description: `Parts of an upload that was never completed cost storage and are seen nowhere: they go after ${ABORT_WITHIN} days.`,
  severity: "medium",
  tags: ["s3", "lifecycle", "cost"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
  remedy: `add an enabled lifecycle rule without a filter, with abortIncompleteMultipartUpload.daysAfterInitiation of at most ${ABORT_WITHIN}`,
  types: S3.bucket,
  check: ({ node, report }, graph) => {
    const rules = graph.referring(node, S3.lifecycle, "bucket").flatMap(({ inputs }) => rulesOf(inputs));
    const aborts = rules.some((rule) => {
      const days = rule.abortDays();
      return (
        days !== undefined && days <= ABORT_WITHIN && rule.isEnabled() && rule.prefix() === "" && rule.isUnconditional()
      );
    });
    if (!aborts) report(`no lifecycle rule drops unfinished uploads within ${ABORT_WITHIN} days`);
  },
});

const noncurrent = stackRule({
  name: "s3-noncurrent-expiry",
  displayName: "Old versions end",
  description: "A versioned bucket keeps every overwritten object for ever unless old versions expire.",
  severity: "low",
  tags: ["s3", "lifecycle", "cost"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
  remedy: "add noncurrentVersionExpiration to an enabled lifecycle rule without a filter",
  types: S3.bucket,
  check: ({ node, report }, graph) => {
    const rules = graph.referring(node, S3.lifecycle, "bucket").flatMap(({ inputs }) => rulesOf(inputs));
    const ends = rules.some((rule) => (rule.noncurrentExpiry() ?? 0) > 0 && rule.isEnabled() && rule.prefix() === "");
    if (!ends) report("old versions are kept for ever");
  },
});

/** A lifecycle prefix and a served prefix meet when one begins the other. */
const meets = (left: string, right: string): boolean => left.startsWith(right) || right.startsWith(left);

const noArchive = stackRule({
  name: "no-archive-on-cdn-origin",
  displayName: "What the CDN serves stays readable",
  description:
    "Objects in Glacier and Deep Archive answer 403 until restored, and expired ones 404: playback breaks. Only Instant Retrieval keeps milliseconds.",
  severity: "critical",
  tags: ["s3", "cloudfront", "playback"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html",
  remedy: "end the chain at GLACIER_IR for prefixes that a distribution serves, or move the objects to another prefix",
  types: S3.lifecycle,
  check: ({ node, report, part }, graph) => {
    for (const rule of rulesOf(node.inputs)) {
      part(() => {
        const archives = rule.steps().filter(({ storageClass }) => isArchive(storageClass));
        const found = [...archives.map(({ storageClass, days }) => `${storageClass} at day ${days}`)];
        if (rule.expires()) found.push("expiration");
        if (found.length === 0 || !rule.isEnabled()) return;
        for (const bucket of graph.linked(node, "bucket", S3.bucket)) {
          for (const distribution of graph.referring(bucket, CLOUDFRONT.distribution, "origins")) {
            const served = servedPrefixes(distribution, originBuckets(graph, distribution, bucket));
            for (const prefix of served.filter((candidate) => meets(candidate, rule.prefix())))
              report(
                `rule ${rule.id} takes away what ${distribution.name} serves from "${prefix}" · ${found.join(", ")}`,
              );
          }
        }
      });
    }
  },
});

export const s3LifecycleRules = [legal, abort, noncurrent, noArchive];
