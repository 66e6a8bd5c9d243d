import { canBeDurable } from "../../lib/instanceClasses";
import type { Fields } from "../fields";
import { isServing } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { ELASTICACHE } from "../tokens";
import { lacksOwnKey } from "./shared";

const GUIDE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg";

/** Days of daily snapshots (ElastiCache API: 0 to 35). One a day is far below the quota of 20 a node. */
const SNAPSHOT_DAYS = { least: 1, most: 35 };

const isDurable = (inputs: Fields): boolean => ["async", "sync"].includes(inputs.text("durability") ?? "");

const snapshots = resourceRule({
  name: "cache-snapshot-quota",
  displayName: "Caches leave daily snapshots",
  description:
    "ElastiCache makes one automatic snapshot a day and no more than 20 others: four an hour are impossible.",
  severity: "medium",
  tags: ["elasticache", "recovery"],
  url: `${GUIDE}/backups.html`,
  remedy: `set snapshotRetentionLimit to ${SNAPSHOT_DAYS.least} to ${SNAPSHOT_DAYS.most} and a snapshotWindow`,
  types: ELASTICACHE.group,
  check: ({ node: { inputs }, report, part }) => {
    part(() => {
      const days = inputs.number("snapshotRetentionLimit") ?? 0;
      if (days < SNAPSHOT_DAYS.least || days > SNAPSHOT_DAYS.most)
        report(`no snapshot is kept, or too long · snapshotRetentionLimit ${days}`);
    });
    if (!inputs.has("snapshotWindow")) report("the hour of the snapshot is left to chance");
  },
});

const durabilityPossible = resourceRule({
  name: "cache-durability-compat",
  displayName: "Durability is asked of caches that have it",
  description:
    "A durable cache needs Valkey 9, cluster mode, several zones, a replica, TLS, and nodes of r6g, r7g, m6g, m7g or later.",
  severity: "high",
  tags: ["elasticache", "compatibility"],
  url: `${GUIDE}/Durability.html`,
  remedy: 'set durability to "disabled", or give the cache what it needs',
  types: ELASTICACHE.group,
  check: ({ node: { inputs }, report, part }) => {
    if (!isDurable(inputs)) return;
    const needs: [string, () => boolean][] = [
      ["engine", () => inputs.text("engine") === "valkey"],
      ["engineVersion", () => Number(inputs.text("engineVersion")?.split(".")[0]) >= 9],
      ["nodeType", () => canBeDurable(inputs.text("nodeType") ?? "")],
      ["clusterMode", () => inputs.text("clusterMode") === "enabled"],
      ["multiAzEnabled", () => inputs.flag("multiAzEnabled")],
      ["replicasPerNodeGroup", () => (inputs.number("replicasPerNodeGroup") ?? 0) > 0],
      ["transitEncryptionEnabled", () => inputs.flag("transitEncryptionEnabled")],
    ];
    for (const [property, holds] of needs)
      part(() => {
        if (!holds()) report(`a durable cache needs another · ${property} ${inputs.text(property) ?? "not set"}`);
      });
  },
});

const durable = resourceRule({
  name: "cache-durability",
  displayName: "Caches that can keep what they hold do",
  description:
    "In prod and staging nodes that can be durable are. Those that cannot, such as cache.r5.large, lose up to a day: what the platform keeps in them can be read again.",
  severity: "high",
  tags: ["elasticache", "recovery"],
  url: `${GUIDE}/Durability.html`,
  remedy: 'set durability to "async" or "sync"; it cannot be switched on later',
  types: ELASTICACHE.group,
  check: ({ node: { urn, inputs }, report }) => {
    if (!isServing(urn) || !canBeDurable(inputs.text("nodeType") ?? "") || isDurable(inputs)) return;
    report(`the cache could be durable and is not · durability ${inputs.text("durability") ?? "not set"}`);
  },
});

const graviton = resourceRule({
  name: "cache-prefer-graviton",
  displayName: "Nodes are of the newer kind",
  description: "Graviton nodes cost less than Intel ones of their size, and can be durable.",
  severity: "low",
  tags: ["elasticache", "cost"],
  url: `${GUIDE}/CacheNodes.SupportedTypes.html`,
  remedy: "set nodeType to one such as cache.r7g.large",
  types: ELASTICACHE.group,
  check: ({ node: { urn, inputs }, report }) => {
    const nodeType = inputs.text("nodeType") ?? "";
    if (isServing(urn) && !/^cache\.[a-z]+\d+g[a-z]*\./.test(nodeType))
      report(`the nodes are of the older kind · ${nodeType}`);
  },
});

const clusterMode = stackRule({
  name: "cache-cluster-mode",
  displayName: "Caches grow by shards",
  description: "Cluster mode spreads keys over shards, and cannot be switched on by one change later.",
  severity: "medium",
  tags: ["elasticache", "scaling"],
  url: `${GUIDE}/Replication.Redis-RedisCluster.html`,
  remedy: 'set clusterMode: "enabled", automaticFailoverEnabled: true, and parameters with cluster-enabled "yes"',
  types: ELASTICACHE.group,
  check: ({ node, report, part }, graph) => {
    const { inputs } = node;
    part(() => {
      const mode = inputs.text("clusterMode") ?? "not set";
      if (mode !== "enabled") report(`the cache has one shard for ever · clusterMode ${mode}`);
    });
    part(() => {
      if (!inputs.flag("automaticFailoverEnabled")) report("cluster mode needs it · automaticFailoverEnabled");
    });
    for (const group of graph.linked(node, "parameterGroupName", ELASTICACHE.parameters))
      part(() => {
        const parameters = group.inputs.many("parameters");
        const value = parameters.find((one) => one.text("name") === "cluster-enabled")?.text("value") ?? "not set";
        if (value !== "yes") report(`the parameters have no shards · cluster-enabled ${value}`);
      });
  },
});

const encrypted = stackRule({
  name: "cache-encrypted",
  displayName: "Caches are encrypted, on disk and on the way",
  description: "Snapshots and swapped memory are under a key of ours; a connection without TLS is refused.",
  severity: "critical",
  tags: ["elasticache", "encryption"],
  url: `${GUIDE}/encryption.html`,
  remedy:
    'set transitEncryptionEnabled: true with transitEncryptionMode "required", atRestEncryptionEnabled: true and kmsKeyId',
  types: ELASTICACHE.group,
  check: ({ node, report, part }, graph) => {
    const { inputs } = node;
    part(() => {
      const mode = inputs.text("transitEncryptionMode") ?? "not set";
      if (!inputs.flag("transitEncryptionEnabled") || mode !== "required")
        report(`plain text is let in · transitEncryptionMode ${mode}`);
    });
    part(() => {
      if (!inputs.flag("atRestEncryptionEnabled")) report("what is on disk is plain · atRestEncryptionEnabled");
    });
    const lack = lacksOwnKey(graph, node, "kmsKeyId");
    if (lack !== undefined) report(`the cache is not under a key of ours · ${lack}`);
  },
});

const users = stackRule({
  name: "cache-has-user-group",
  displayName: "Caches know their clients",
  description: "Clients prove who they are by IAM or a password, and may do what their access string says.",
  severity: "critical",
  tags: ["elasticache", "access"],
  url: `${GUIDE}/Clusters.RBAC.html`,
  remedy: "set userGroupIds to an aws.elasticache.UserGroup of this stack, and no authToken",
  types: ELASTICACHE.group,
  check: ({ node, report }, graph) => {
    if (node.inputs.has("authToken")) report("the code holds a password · authToken");
    if (graph.linked(node, "userGroupIds", ELASTICACHE.userGroup).length === 0) report("nobody is asked who they are");
  },
});

const closedUsers = resourceRule({
  name: "cache-users-closed",
  displayName: "Nobody enters a cache unasked, or may do everything",
  description: "A user without a proof of identity is off, and none has the commands that empty or configure a node.",
  severity: "high",
  tags: ["elasticache", "access"],
  url: `${GUIDE}/Clusters.RBAC.html`,
  remedy: 'set authenticationMode to { type: "iam" }, and an accessString that ends in -@dangerous, without +@all',
  types: ELASTICACHE.user,
  check: ({ node: { inputs }, report, part }) => {
    const words = (inputs.text("accessString") ?? "").split(/\s+/);
    if (!words.includes("on")) return;
    part(() => {
      const proof = inputs.one("authenticationMode").text("type") ?? "not set";
      if (inputs.flag("noPasswordRequired") || !["iam", "password"].includes(proof))
        report(`the user proves nothing · authenticationMode ${proof}`);
    });
    const all = ["+@all", "allcommands", "+@dangerous", "+@admin"].filter((word) => words.includes(word));
    if (all.length > 0) report(`the user may do everything · ${all.join(", ")}`);
  },
});

const zones = resourceRule({
  name: "cache-multi-az",
  displayName: "Caches outlive a zone",
  description: "In prod and staging every shard has a replica in another zone.",
  severity: "high",
  tags: ["elasticache", "availability"],
  url: `${GUIDE}/AutoFailover.html`,
  remedy: "set multiAzEnabled: true and replicasPerNodeGroup to 1 or more",
  types: ELASTICACHE.group,
  check: ({ node: { urn, inputs }, report, part }) => {
    if (!isServing(urn)) return;
    part(() => {
      if (!inputs.flag("multiAzEnabled")) report("all nodes may stand in one zone · multiAzEnabled");
    });
    part(() => {
      const replicas = inputs.number("replicasPerNodeGroup") ?? 0;
      if (replicas < 1) report(`a shard is lost with its node · replicasPerNodeGroup ${replicas}`);
    });
  },
});

const logs = resourceRule({
  name: "cache-logs",
  displayName: "Caches tell what is slow",
  description: "Slow commands and the engine's own messages go to CloudWatch Logs.",
  severity: "low",
  tags: ["elasticache", "logging"],
  url: `${GUIDE}/Log_Delivery.html`,
  remedy: "add slow-log and engine-log to logDeliveryConfigurations, with log groups of this stack",
  types: ELASTICACHE.group,
  check: ({ node: { inputs }, report }) => {
    const kinds = inputs.many("logDeliveryConfigurations").map((one) => one.text("logType"));
    const missing = ["slow-log", "engine-log"].filter((kind) => !kinds.includes(kind));
    if (missing.length > 0) report(`a log is not kept · ${missing.join(", ")}`);
  },
});

const patched = resourceRule({
  name: "cache-minor-upgrades",
  displayName: "Caches take minor upgrades",
  description: "Fixes come in the maintenance window, without anybody's doing.",
  severity: "low",
  tags: ["elasticache", "support"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html#elasticache-2",
  remedy: "set autoMinorVersionUpgrade: true",
  types: ELASTICACHE.group,
  check: ({ node: { inputs }, report }) => {
    if (inputs.text("autoMinorVersionUpgrade") === "false") report("the cache takes no fixes");
  },
});

export const elasticacheRules = [
  snapshots,
  durabilityPossible,
  durable,
  graviton,
  clusterMode,
  encrypted,
  users,
  closedUsers,
  zones,
  logs,
  patched,
];
