/** The database and its cache, with as little set as there may be. */
import * as pulumi from "@pulumi/pulumi";
import { VodDatabase, type VodDatabaseArgs } from "../../components";
import { KEY, platform, TOPICS } from "./platform";
import { record, type Recorded, type Recording } from "./recorder";

export const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";

export const databaseArgs = (change: Partial<VodDatabaseArgs> = {}): VodDatabaseArgs => ({
  platform: platform(),
  dataSubnetIds: ["subnet-a", "subnet-b"],
  databaseGroupId: "sg-database",
  cacheGroupId: "sg-cache",
  databaseKeyArn: KEY("database"),
  logsKeyArn: KEY("logs"),
  alerts: TOPICS,
  aurora: {},
  cache: {},
  ...change,
});
export const buildDatabase = (change: Partial<VodDatabaseArgs> = {}): Promise<Recording> =>
  record(() => new VodDatabase("db", databaseArgs(change)));
export const databaseTags = (Name: string) => ({ Project: "vod", Name });

/** In the order of their names: dependencies decide who is registered first. */
export const alarmsOf = (db: Recording, prefix: string): Recorded[] =>
  db
    .all(ALARM)
    .filter(({ name }) => name.startsWith(prefix))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
export const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => void output.apply((value) => resolve(value as T)));
