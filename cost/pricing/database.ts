/** Aurora and its copies, and ElastiCache. */
import { SERVERLESS } from "../../lib/instanceClasses";
import type { ResourceRecord } from "../../model/record";
import type { PriceId } from "../prices";
import { HOURS_PER_MONTH } from "../usage";
import { line, sum, usd, type CostLine, type Pricing } from "./pricing";

/** Classes and node types whose price is in the sheet. */
const INSTANCE_HOURS: Readonly<Record<string, PriceId>> = {
  "db.t3.medium": "databaseT3MediumHour",
  "db.t4g.medium": "databaseT4gMediumHour",
  "db.r7g.large": "databaseR7gLargeHour",
};
const NODE_HOURS: Readonly<Record<string, PriceId>> = {
  "cache.t3.micro": "cacheT3MicroHour",
  "cache.t4g.small": "cacheT4gSmallHour",
  "cache.t4g.medium": "cacheT4gMediumHour",
  "cache.r5.large": "cacheR5LargeHour",
  "cache.r7g.large": "cacheR7gLargeHour",
};
const NOT_IN_SHEET = "the price of this class is not in the sheet";

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Instances of all clusters by class; the capacity of serverless ones is their cluster's. */
function instanceLines(instances: readonly ResourceRecord[]): CostLine[] {
  const byClass = Map.groupBy(instances, ({ inputs }) => textOf(inputs.instanceClass));
  return [...byClass].flatMap(([instanceClass, { length }]) => {
    if (instanceClass === SERVERLESS) return [];
    const price = INSTANCE_HOURS[instanceClass];
    const item = `Aurora, ${length} × ${instanceClass}`;
    return price === undefined
      ? [line("Storage", item, null, NOT_IN_SHEET)]
      : [line("Storage", item, sum([price, length * HOURS_PER_MONTH]), "writer and fixed readers; load adds readers")];
  });
}

/** What a cluster costs beside provisioned instances, with nobody on it. */
function clusterLines({ inputs }: ResourceRecord, instances: number): CostLine[] {
  const scaling = inputs.serverlessv2ScalingConfiguration as { minCapacity?: number; maxCapacity?: number } | undefined;
  const { minCapacity = 0, maxCapacity = 0 } = scaling ?? {};
  const idle = sum(["databaseCapacityHour", minCapacity * instances * HOURS_PER_MONTH]);
  const busy = usd(sum(["databaseCapacityHour", maxCapacity]));
  return [
    line("Storage", "Aurora volume", 0, "$0.10 a GB, and $0.20 a million reads or writes; nothing while empty"),
    ...(scaling
      ? [line("Storage", "Aurora Serverless", idle, `${minCapacity} units idle; at most ${busy} an hour and instance`)]
      : []),
    ...(inputs.databaseInsightsMode === "advanced"
      ? [line("Monitoring", "Database Insights, advanced", null, "by the processors or capacity of the instances")]
      : []),
  ];
}

function cacheLines({ inputs }: ResourceRecord): CostLine[] {
  const nodeType = textOf(inputs.nodeType);
  const nodes = numberOf(inputs.numNodeGroups) * (1 + numberOf(inputs.replicasPerNodeGroup));
  const price = NODE_HOURS[nodeType];
  const item = `ElastiCache, ${nodes} × ${nodeType}`;
  const durable = inputs.durability === "async" || inputs.durability === "sync";
  return [
    price === undefined
      ? line("Storage", item, null, NOT_IN_SHEET)
      : line(
          "Storage",
          item,
          sum([price, nodes * HOURS_PER_MONTH]),
          `Valkey, shards: ${numberOf(inputs.numNodeGroups)}`,
        ),
    ...(durable ? [line("Storage", "ElastiCache durability", null, "its price is not in the sheet")] : []),
  ];
}

export const DATABASE: Readonly<Record<string, Pricing>> = {
  "aws:backup/vault:Vault": () => [
    line(
      "Storage",
      "AWS Backup",
      0,
      "$0.021 a GB and month in each of two regions, $0.02 a GB on the way; nothing while empty",
    ),
  ],
  "aws:rds/cluster:Cluster": (clusters, _usage, count) =>
    clusters.flatMap((cluster) => clusterLines(cluster, count("aws:rds/clusterInstance:ClusterInstance"))),
  "aws:rds/clusterInstance:ClusterInstance": (instances) => instanceLines(instances),
  "aws:elasticache/replicationGroup:ReplicationGroup": (groups) => groups.flatMap(cacheLines),
};
