import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import { createAlarm, type AlarmSpec, type AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";

export interface SearchAlarmsSpec {
  platform: Platform;
  domainName: pulumi.Input<string>;
  /** Data nodes that the domain starts with; it never has fewer. */
  nodes: number;
  topics: AlertTopics;
}

/** The alarms to which growth answers. */
export interface GrowthSignals {
  storage: aws.cloudwatch.MetricAlarm[];
  load: aws.cloudwatch.MetricAlarm[];
}

type Watched = Pick<
  AlarmSpec,
  "description" | "metricName" | "statistic" | "period" | "evaluationPeriods" | "threshold"
> & {
  role: string;
  severity: "critical" | "warning";
  comparison?: AlarmSpec["comparison"];
};

const MINUTE = 60;

/**
 * Thresholds and times are those that AWS recommends (Developer Guide, "Recommended CloudWatch alarms"), unless a reason
 * stands beside them.
 */
const watched = (nodes: number): Watched[] => [
  {
    role: "red",
    severity: "critical",
    description:
      "Search is red: a shard is on no node, and writes to its index fail. Restore the index from a snapshot, or wait for the node.",
    metricName: "ClusterStatus.red",
    statistic: "Maximum",
    period: MINUTE,
    evaluationPeriods: 1,
    threshold: 0,
  },
  {
    role: "yellow",
    severity: "warning",
    description:
      "Search is yellow: copies of shards are missing for 5 min. It mends itself when the node is back or replaced.",
    metricName: "ClusterStatus.yellow",
    statistic: "Maximum",
    period: MINUTE,
    evaluationPeriods: 5,
    threshold: 0,
  },
  {
    role: "blocked",
    severity: "critical",
    description:
      "Search refuses writes: its volumes are too full or its memory is. The worker's queue grows. Look at the space and at searchGrowth's log.",
    metricName: "ClusterIndexWritesBlocked",
    statistic: "Maximum",
    period: 5 * MINUTE,
    evaluationPeriods: 1,
    threshold: 0,
  },
  {
    role: "nodes",
    severity: "warning",
    description: `Search has had fewer than ${nodes} nodes for an hour. The service replaces a lost node by itself; if not, open a case with AWS.`,
    metricName: "Nodes",
    statistic: "Minimum",
    period: 60 * MINUTE,
    evaluationPeriods: 1,
    threshold: nodes,
    comparison: "LessThanThreshold",
  },
  {
    role: "snapshot",
    severity: "warning",
    description: "The service's own hourly snapshot of search failed, mostly because the domain is red.",
    metricName: "AutomatedSnapshotFailure",
    statistic: "Maximum",
    period: MINUTE,
    evaluationPeriods: 1,
    threshold: 0,
  },
  ...["KMSKeyError", "KMSKeyInaccessible"].map((metricName): Watched => ({
    role: metricName === "KMSKeyError" ? "key-error" : "key-gone",
    severity: "critical",
    description:
      "Search cannot use its key. Enable the key or take back its deletion; a domain without its key is lost after a while.",
    metricName,
    statistic: "Maximum",
    period: MINUTE,
    evaluationPeriods: 1,
    threshold: 0,
  })),
  {
    role: "latency",
    severity: "warning",
    // The api waits 500 ms for search and then answers from the database.
    description:
      "Searches take more than 500 ms on average for 15 min: the api falls back to the database. Look at the slow log.",
    metricName: "SearchLatency",
    statistic: "Average",
    period: 5 * MINUTE,
    evaluationPeriods: 3,
    threshold: 500,
  },
];

const LOAD: Watched[] = [
  {
    role: "cpu",
    severity: "warning",
    description:
      "Search has had a node above 80 % CPU for 45 min; searchGrowth adds a node in each zone up to vod:searchMaxNodes.",
    metricName: "CPUUtilization",
    statistic: "Maximum",
    period: 15 * MINUTE,
    evaluationPeriods: 3,
    threshold: 80,
  },
  {
    role: "memory",
    severity: "warning",
    // Below the 95 % of AWS's table: a node of 2 GiB has a heap of 1 GiB, and the last fifth of it goes fast.
    description:
      "Search has had a heap above 80 % for 15 min; searchGrowth adds a node in each zone up to vod:searchMaxNodes.",
    metricName: "JVMMemoryPressure",
    statistic: "Maximum",
    period: 5 * MINUTE,
    evaluationPeriods: 3,
    threshold: 80,
  },
];

type MetricQuery = aws.types.input.cloudwatch.MetricAlarmMetricQuery;

/** An alarm on what is reckoned from metrics. */
function createReckoned(
  parent: pulumi.Resource,
  name: string,
  spec: SearchAlarmsSpec,
  args: Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "okActions" | "tags">,
): aws.cloudwatch.MetricAlarm {
  const actions = [spec.topics.warningArn];
  const { tags } = spec.platform;
  return new aws.cloudwatch.MetricAlarm(
    name,
    { treatMissingData: "notBreaching", ...args, alarmActions: actions, okActions: actions, tags: named(tags, name) },
    { parent },
  );
}

/** Watches a domain. Cost: $0.10 a month for each metric of an alarm (CloudWatch pricing), 15 in all. */
export function createSearchAlarms(parent: pulumi.Resource, name: string, spec: SearchAlarmsSpec): GrowthSignals {
  const { platform, domainName, nodes, topics } = spec;
  const where = { namespace: "AWS/ES", dimensions: { ClientId: platform.accountId, DomainName: domainName } };
  const create = ({
    role,
    severity,
    comparison = "GreaterThanThreshold",
    ...rest
  }: Watched): aws.cloudwatch.MetricAlarm =>
    createAlarm(parent, `${name}-search-${role}-alarm`, {
      platform,
      ...where,
      ...rest,
      comparison,
      topicArn: severity === "critical" ? topics.criticalArn : topics.warningArn,
    });
  for (const alarm of watched(nodes)) create(alarm);

  const query = (id: string, metricName: string, stat: string, period: number): MetricQuery => ({
    id,
    metric: { ...where, metricName, stat, period },
  });
  createReckoned(parent, `${name}-search-rate-alarm`, spec, {
    alarmDescription: "Searches a minute are far above what is usual at this hour: a campaign, or somebody scraping.",
    comparisonOperator: "GreaterThanUpperThreshold",
    evaluationPeriods: 3,
    thresholdMetricId: "usual",
    metricQueries: [
      { ...query("rate", "SearchRate", "Average", 5 * MINUTE), returnData: true },
      { id: "usual", expression: "ANOMALY_DETECTION_BAND(rate, 4)", label: "usual", returnData: true },
    ],
  });
  // A share, so that it stays right when the volumes grow. Writes are blocked below 20 % (Developer Guide, "Lack of available storage space").
  const storage = createReckoned(parent, `${name}-search-space-alarm`, spec, {
    alarmDescription:
      "Less than a quarter of search's space is free for 15 min; searchGrowth enlarges the volumes up to vod:searchMaxStorage.",
    comparisonOperator: "LessThanThreshold",
    evaluationPeriods: 15,
    threshold: 25,
    metricQueries: [
      query("free", "FreeStorageSpace", "Sum", MINUTE),
      query("used", "ClusterUsedSpace", "Maximum", MINUTE),
      { id: "share", expression: "100 * free / (free + used)", label: "free, in percent", returnData: true },
    ],
  });
  return { storage: [storage], load: LOAD.map(create) };
}
