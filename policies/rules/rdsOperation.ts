import { isServing, type Graph, type ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { BACKUP, RDS, SCALING, WATCH } from "../tokens";
import { lacksOwnKey } from "./shared";

const GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide";
const CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html";

/** Readers that the architecture document asks for. */
const READERS = { least: 2, most: 3 };

const bursting = resourceRule({
  name: "aurora-t-class-nonprod",
  displayName: "Bursting instances are for trials",
  description:
    "Instances of the T classes slow down when their credits are used up; Aurora's guide has them for tests.",
  severity: "medium",
  tags: ["rds", "performance"],
  url: `${GUIDE}/Concepts.DBInstanceClass.Types.html`,
  remedy: "set instanceClass to one such as db.r7g.large, or to db.serverless",
  types: RDS.clusterInstance,
  check: ({ node: { inputs }, report }) => {
    const instanceClass = inputs.text("instanceClass") ?? "";
    if (/^db\.t\d/.test(instanceClass)) report(`the instance lives on credits · ${instanceClass}`);
  },
});

const twoInstances = stackRule({
  name: "aurora-two-instances",
  displayName: "Databases outlive an instance",
  description: "Aurora has no standby: in prod and staging a reader in another zone takes the writer's place.",
  severity: "high",
  tags: ["rds", "availability"],
  url: `${GUIDE}/Concepts.AuroraHighAvailability.html`,
  remedy: "add a second aws.rds.ClusterInstance to the cluster",
  types: RDS.cluster,
  check: ({ node, report }, graph) => {
    if (!isServing(node.urn)) return;
    const { length } = graph.referring(node, RDS.clusterInstance, "clusterIdentifier");
    if (length < 2) report(`nothing takes the writer's place · instances: ${length}`);
  },
});

const isOfReaders = (dimension: string | undefined): boolean => dimension === "rds:cluster:ReadReplicaCount";

const readerBounds = stackRule({
  name: "aurora-reader-bounds",
  displayName: "Two to three readers, by load",
  description: "In prod and staging Aurora adds and removes readers between the bounds of the architecture document.",
  severity: "medium",
  tags: ["rds", "scaling"],
  url: `${GUIDE}/Aurora.Integrating.AutoScaling.html`,
  remedy: `add an aws.appautoscaling.Target of rds:cluster:ReadReplicaCount from ${READERS.least} to ${READERS.most}, with a policy`,
  types: RDS.cluster,
  check: ({ node, report, part }, graph) => {
    if (!isServing(node.urn)) return;
    const targets = graph.of(SCALING.target).filter(({ inputs }) => isOfReaders(inputs.text("scalableDimension")));
    const policies = graph.of(SCALING.policy).filter(({ inputs }) => isOfReaders(inputs.text("scalableDimension")));
    if (targets.length === 0 || policies.length === 0) report("the number of readers does not follow the load");
    for (const { inputs } of targets)
      part(() => {
        const [least = 0, most = 0] = [inputs.number("minCapacity"), inputs.number("maxCapacity")];
        if (least < READERS.least || most > READERS.most) report(`readers are out of bounds · ${least} to ${most}`);
      });
  },
});

const insights = resourceRule({
  name: "db-insights-on",
  displayName: "Slow statements can be found",
  description: "Database Insights shows which statement waits for what; Enhanced Monitoring, what the machine does.",
  severity: "medium",
  tags: ["rds", "observability"],
  url: `${GUIDE}/USER_DatabaseInsights.html`,
  remedy:
    "set databaseInsightsMode, performanceInsightsEnabled: true, performanceInsightsRetentionPeriod (465 for advanced), monitoringInterval and monitoringRoleArn",
  types: RDS.cluster,
  check: ({ node: { inputs }, report, part }) => {
    part(() => {
      const mode = inputs.text("databaseInsightsMode") ?? "not set";
      const days = inputs.number("performanceInsightsRetentionPeriod") ?? 7;
      if (!inputs.flag("performanceInsightsEnabled") || !["standard", "advanced"].includes(mode))
        report(`statements are not watched · databaseInsightsMode ${mode}`);
      if (mode === "advanced" && days !== 465) report(`the advanced mode keeps 465 days · ${days}`);
    });
    part(() => {
      const seconds = inputs.number("monitoringInterval") ?? 0;
      if (seconds < 1 || seconds > 60) report(`the machine is not watched · monitoringInterval ${seconds}`);
    });
  },
});

const logs = stackRule({
  name: "aurora-logs",
  displayName: "Databases' logs are kept",
  description: "The server's log goes to CloudWatch Logs, into a group of this stack: RDS's own has no end and no key.",
  severity: "medium",
  tags: ["rds", "logging"],
  url: `${GUIDE}/AuroraPostgreSQL.CloudWatch.html`,
  remedy:
    'add "postgresql" to enabledCloudwatchLogsExports, and an aws.cloudwatch.LogGroup /aws/rds/cluster/<cluster>/<log> for each',
  types: RDS.cluster,
  check: ({ node, report }, graph) => {
    const kinds = node.inputs.texts("enabledCloudwatchLogsExports");
    if (!kinds.includes("postgresql")) return report(`the log is not kept · ${kinds.join(", ") || "nothing"} exported`);
    const cluster = node.inputs.text("clusterIdentifier") ?? "";
    const groups = graph.of(WATCH.logGroup).map(({ inputs }) => inputs);
    const known = groups.flatMap((inputs) => (inputs.isKnown("name") ? inputs.text("name") : []));
    const missing = kinds.filter((kind) => !known.includes(`/aws/rds/cluster/${cluster}/${kind}`));
    if (missing.length === 0) return;
    // A name that is not known yet may be one of those: reading it waits.
    for (const inputs of groups) inputs.text("name");
    report(`RDS makes the log group itself · ${missing.join(", ")}`);
  },
});

const notPublic = resourceRule({
  name: "rds-not-public",
  displayName: "Databases have no public address",
  description: "An instance of a database answers inside the VPC only.",
  severity: "critical",
  tags: ["rds", "network"],
  url: `${CONTROLS}#rds-2`,
  remedy: "set publiclyAccessible: false",
  types: [...RDS.clusterInstance, ...RDS.instance],
  check: ({ node: { inputs }, report }) => {
    if (inputs.flag("publiclyAccessible")) report("the instance has a public address");
  },
});

/** What RDS must report of each kind of source (Security Hub, RDS.19 to RDS.22). */
const REPORTS: Readonly<Record<string, readonly string[]>> = {
  "db-cluster": ["maintenance", "failure"],
  "db-instance": ["maintenance", "configuration change", "failure"],
  "db-parameter-group": ["configuration change"],
  "db-security-group": ["configuration change", "failure"],
};

const events = stackRule({
  name: "rds-events",
  displayName: "Somebody hears of what RDS does",
  description: "RDS reports failures, maintenance and changes of clusters, instances, parameters and groups.",
  severity: "low",
  tags: ["rds", "alarms"],
  url: `${CONTROLS}#rds-19`,
  remedy: "add an aws.rds.EventSubscription for each sourceType with these eventCategories",
  types: RDS.cluster,
  check: ({ report, part }, graph) => {
    const subscriptions = graph.of(RDS.eventSubscription);
    for (const [sourceType, categories] of Object.entries(REPORTS))
      part(() => {
        const own = subscriptions.filter(({ inputs }) => inputs.text("sourceType") === sourceType);
        const heard = own.flatMap(({ inputs }) => inputs.texts("eventCategories"));
        const missing = categories.filter((category) => !heard.includes(category));
        if (missing.length > 0) report(`nobody hears of it · ${sourceType}: ${missing.join(", ")}`);
      });
  },
});

/** Vaults that the daily snapshots of a cluster are copied to. */
const copiesOf = (cluster: ResourceNode, graph: Graph): ResourceNode[] =>
  graph
    .referring(cluster, BACKUP.selection, "resources")
    .flatMap((selection) => graph.linked(selection, "planId", BACKUP.plan))
    .flatMap((plan) => graph.linked(plan, "rules", BACKUP.vault));

const copied = stackRule({
  name: "backup-copy-cross-region",
  displayName: "The catalogue outlives its region",
  description: "In prod and staging AWS Backup copies snapshots of the database to a vault in another region.",
  severity: "high",
  tags: ["rds", "backup", "recovery"],
  url: "https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html",
  remedy:
    "add an aws.backup.Selection of the cluster, and to its plan's rule a copyAction to an aws.backup.Vault of another region, with our key",
  types: RDS.cluster,
  check: ({ node, report, part }, graph) => {
    if (!isServing(node.urn)) return;
    const vaults = copiesOf(node, graph);
    part(() => {
      const elsewhere = vaults.filter(({ inputs }) => inputs.text("region") !== node.inputs.text("region"));
      if (elsewhere.length === 0) report("the database is lost with its region · no vault elsewhere holds a copy");
    });
    for (const vault of vaults)
      part(() => {
        const lack = lacksOwnKey(graph, vault, "kmsKeyArn");
        if (lack !== undefined) report(`a vault of its copies is not under a key of ours · ${vault.name}: ${lack}`);
      });
  },
});

export const rdsOperationRules = [bursting, twoInstances, readerBounds, insights, logs, notPublic, events, copied];
