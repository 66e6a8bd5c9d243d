import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { canBeDurable } from "../../lib/instanceClasses";
import { cacheName } from "../../lib/names";
import { named } from "../../lib/tags";
import { createAlarm, type AlarmSpec } from "../shared/alarm";
import { createLogGroup } from "../shared/logGroup";
import { stateful, type Platform } from "../shared/platform";
import { nodeNames } from "./capacity.plan";
import type { StoreSpec } from "./storeSpec";

export interface CacheSettings {
  /**
   * Type of every node. Those of r6g, r7g, m6g, m7g and later are durable: they lose at most ten seconds.
   * @default "cache.r7g.large"
   */
  nodeType?: string;
  /**
   * Shards over which the keys are spread, 1 to 90.
   * @default 2
   */
  shards?: number;
  /**
   * Replicas of each shard, 0 to 5, in other zones than its primary. Without one a failed node is replaced empty.
   * @default 1
   */
  replicas?: number;
}

export interface CreatedCache {
  group: aws.elasticache.ReplicationGroup;
  user: aws.elasticache.User;
  port: number;
}

const ENGINE = "valkey";
/** The first that can be durable. */
const ENGINE_VERSION = "9.0";
const FAMILY = "valkey9";
const PORT = 6379;
/** After the database's backup and before the maintenance of either. */
const SNAPSHOT = { window: "04:00-05:00", days: 7 };
const MAINTENANCE_WINDOW = "sun:07:00-sun:08:00";
/** Connections of a node (ElastiCache User Guide, "Valkey and Redis OSS specific parameters": maxclients is 65,000). */
const MOST_CONNECTIONS = 65_000;
/** What a client needs: data, scripts, transactions and the way to the shards. Nothing that empties or configures a node. */
const ACCESS =
  "on ~* &* -@all +@read +@write +@connection +@transaction +@scripting +@pubsub -@dangerous +info +cluster|slots +cluster|shards +cluster|nodes";

/**
 * The one user, known by IAM: its tokens last 15 minutes and there is no password to rotate. A group of Valkey takes
 * users with a proof of identity only (ElastiCache User Guide, "Role-Based Access Control"), so the user `default` is
 * not in it and nobody is let in by that name.
 */
function createUser(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
): [aws.elasticache.User, aws.elasticache.UserGroup] {
  const id = cacheName(platform.stack, "app");
  const user = new aws.elasticache.User(
    `${name}-user`,
    {
      engine: ENGINE,
      // IAM wants the name and the id to be the same.
      userId: id,
      userName: id,
      accessString: ACCESS,
      authenticationMode: { type: "iam" },
      tags: named(platform.tags, `${name}-user`),
    },
    { parent },
  );
  const group = new aws.elasticache.UserGroup(
    `${name}-users`,
    {
      engine: ENGINE,
      userGroupId: cacheName(platform.stack, "users"),
      userIds: [user.userId],
      tags: named(platform.tags, `${name}-users`),
    },
    { parent },
  );
  return [user, group];
}

function createParameters(parent: pulumi.Resource, name: string, platform: Platform): aws.elasticache.ParameterGroup {
  return new aws.elasticache.ParameterGroup(
    `${name}-parameters`,
    {
      family: FAMILY,
      description: "Cluster mode; the least recently used keys give way",
      parameters: [
        { name: "cluster-enabled", value: "yes" },
        { name: "maxmemory-policy", value: "allkeys-lru" },
      ],
      tags: named(platform.tags, `${name}-parameters`),
    },
    { parent },
  );
}

/** What ElastiCache writes into our log groups. */
const delivery = (logType: string, group: aws.cloudwatch.LogGroup) => ({
  logType,
  destinationType: "cloudwatch-logs",
  logFormat: "json",
  destination: group.name,
});

function createGroup(
  parent: pulumi.Resource,
  name: string,
  spec: StoreSpec<CacheSettings>,
  { nodeType, shards, replicas }: Required<CacheSettings>,
  users: aws.elasticache.UserGroup,
): aws.elasticache.ReplicationGroup {
  const { platform, keyArn, logsKeyArn } = spec;
  const id = cacheName(platform.stack, "cache");
  const subnets = new aws.elasticache.SubnetGroup(
    `${name}-subnets`,
    { description: "Data subnets", subnetIds: spec.subnetIds, tags: named(platform.tags, `${name}-subnets`) },
    { parent },
  );
  const logs = (kind: string): aws.cloudwatch.LogGroup =>
    createLogGroup(parent, name, platform, `cache-${kind}`, logsKeyArn);
  const keep = platform.protect ?? true;
  return new aws.elasticache.ReplicationGroup(
    name,
    {
      replicationGroupId: id,
      description: "Sessions, titles and playlists, rate limits",
      engine: ENGINE,
      engineVersion: ENGINE_VERSION,
      nodeType,
      port: PORT,
      parameterGroupName: createParameters(parent, name, platform).name,
      clusterMode: "enabled",
      numNodeGroups: shards,
      replicasPerNodeGroup: replicas,
      // Cluster mode asks for it, even where there is no replica to fail over to.
      automaticFailoverEnabled: true,
      multiAzEnabled: replicas > 0,
      // A transaction log over several zones: needs a replica, and cannot be switched on later.
      durability: canBeDurable(nodeType) && replicas > 0 ? "async" : "disabled",
      subnetGroupName: subnets.name,
      securityGroupIds: [spec.groupId],
      userGroupIds: [users.userGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: keyArn,
      snapshotWindow: SNAPSHOT.window,
      snapshotRetentionLimit: SNAPSHOT.days,
      ...(keep && { finalSnapshotIdentifier: `${id}-final` }),
      maintenanceWindow: MAINTENANCE_WINDOW,
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: [delivery("slow-log", logs("slow")), delivery("engine-log", logs("engine"))],
      tags: named(platform.tags, name),
    },
    // ElastiCache upgrades by itself; going back to the version here would replace the cache by an empty one.
    { ...stateful(platform, parent), ignoreChanges: ["engineVersion"] },
  );
}

type Limit = Pick<AlarmSpec, "description" | "metricName" | "statistic" | "threshold">;

const LIMITS: Readonly<Record<string, Limit>> = {
  cpu: {
    description: "A node of the cache computes at more than 80 % for 15 min. Add a shard, or take a larger type.",
    metricName: "EngineCPUUtilization",
    statistic: "Average",
    threshold: 80,
  },
  memory: {
    description:
      "A node of the cache is more than 85 % full for 15 min: it drops keys. Add a shard, or take a larger type.",
    metricName: "DatabaseMemoryUsagePercentage",
    statistic: "Average",
    threshold: 85,
  },
  connections: {
    description: "A node of the cache has used 80 % of its connections for 15 min. Look at the pools of the services.",
    metricName: "CurrConnections",
    statistic: "Maximum",
    threshold: 0.8 * MOST_CONNECTIONS,
  },
};
const LAG: Limit = {
  description: "A replica of the cache is more than 10 s behind for 15 min: a failover would lose that much.",
  metricName: "ReplicationLag",
  statistic: "Maximum",
  threshold: 10,
};

/** ElastiCache measures by node: an alarm watches one. */
function alarmOnNodes(
  parent: pulumi.Resource,
  name: string,
  spec: StoreSpec<CacheSettings>,
  settings: Required<CacheSettings>,
): void {
  const { shards, replicas } = settings;
  const limits = { ...LIMITS, ...(replicas > 0 && { lag: LAG }) };
  nodeNames(cacheName(spec.platform.stack, "cache"), shards, replicas).forEach((node, index) => {
    for (const [what, limit] of Object.entries(limits)) {
      createAlarm(parent, `${name}-${index + 1}-${what}-alarm`, {
        platform: spec.platform,
        namespace: "AWS/ElastiCache",
        dimensions: { CacheClusterId: node, CacheNodeId: "0001" },
        period: 300,
        evaluationPeriods: 3,
        comparison: "GreaterThanThreshold",
        ...limit,
        topicArn: spec.topics.warningArn,
      });
    }
  });
}

/** Users, parameters, the replication group and its alarms. @throws Error when there are too few or too many nodes. */
export function createCache(parent: pulumi.Resource, name: string, spec: StoreSpec<CacheSettings>): CreatedCache {
  const { nodeType = "cache.r7g.large", shards = 2, replicas = 1 } = spec.settings;
  if (shards < 1 || shards > 90 || replicas < 0 || replicas > 5) {
    throw new Error(
      `cache ${nodeType} · shards ${shards}, replicas ${replicas} → 1 to 90 shards with 0 to 5 replicas each`,
    );
  }
  const settings = { nodeType, shards, replicas };
  const [user, users] = createUser(parent, name, spec.platform);
  const group = createGroup(parent, name, spec, settings, users);
  alarmOnNodes(parent, name, spec, settings);
  return { group, user, port: PORT };
}
