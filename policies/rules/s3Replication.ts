import type { Fields } from "../fields";
import type { Graph, ResourceNode } from "../graph";
import { stackRule, type Subject } from "../rule";
import { S3 } from "../tokens";
import { lacksOwnKey } from "./shared";

/** The only target that S3's replication time control knows (S3 API, ReplicationTimeValue). */
const RTC_MINUTES = 15;

function checkRule(rule: Fields, node: ResourceNode, graph: Graph, { report, part }: Subject): void {
  const id = rule.text("id") ?? rule.path;
  const enabled = (key: string, block: Fields): void => {
    if (block.text("status") !== "Enabled") report(`rule ${id}: ${key} is not enabled`);
  };
  part(() => {
    if (!rule.has("filter")) report(`rule ${id} is of the old schema · no filter`);
  });
  part(() => enabled("deleteMarkerReplication", rule.one("deleteMarkerReplication")));
  part(() => enabled("sseKmsEncryptedObjects", rule.one("sourceSelectionCriteria").one("sseKmsEncryptedObjects")));
  part(() => {
    const encryption = rule.one("destination").one("encryptionConfiguration");
    const lack = lacksOwnKey(graph, node, "rules", encryption, "replicaKmsKeyId");
    if (lack !== undefined) report(`rule ${id}: the copy is not under a key of ours · ${lack}`);
  });
  part(() => {
    const time = rule.one("destination").one("replicationTime");
    const metrics = rule.one("destination").one("metrics");
    if (time.text("status") !== "Enabled") return;
    if (time.one("time").number("minutes") !== RTC_MINUTES || metrics.text("status") !== "Enabled")
      report(`rule ${id}: time control needs ${RTC_MINUTES} minutes and metrics`);
  });
}

function checkEnds(node: ResourceNode, graph: Graph, { report, part }: Subject): void {
  const sources = graph.linked(node, "bucket", S3.bucket);
  const targets = graph.linked(node, "rules", S3.bucket);
  if (sources.length === 0 || targets.length === 0) report("source or destination is no bucket of this stack");
  for (const bucket of [...sources, ...targets]) {
    part(() => {
      const settings = graph.referring(bucket, S3.versioning, "bucket");
      if (!settings.some(({ inputs }) => inputs.one("versioningConfiguration").text("status") === "Enabled"))
        report(`${bucket.name} keeps no versions`);
    });
  }
  for (const source of sources) {
    for (const target of targets) {
      part(() => {
        if (source.inputs.text("region") === target.inputs.text("region"))
          report(`${source.name} and ${target.name} are in one Region`);
      });
    }
  }
}

const complete = stackRule({
  name: "crr-complete",
  displayName: "Replication is complete",
  description:
    "Replication needs versions on both sides, another Region, and for objects under KMS both the selection and the replica's key; without one of them objects are left out silently.",
  severity: "high",
  tags: ["s3", "replication", "recovery"],
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html",
  remedy:
    "give every rule a filter, deleteMarkerReplication, sourceSelectionCriteria.sseKmsEncryptedObjects and destination.encryptionConfiguration.replicaKmsKeyId; version both buckets and give the destination the recovery region",
  types: S3.replication,
  check: (subject, graph) => {
    const { node, report, part } = subject;
    const rules = node.inputs.many("rules");
    part(() => {
      if (!rules.some((rule) => rule.text("status") === "Enabled")) report("no replication rule is enabled");
    });
    for (const rule of rules) checkRule(rule, node, graph, subject);
    checkEnds(node, graph, subject);
  },
});

export const s3ReplicationRules = [complete];
