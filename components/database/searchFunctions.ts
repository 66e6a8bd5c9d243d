import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { HandlerEnvironment, SearchHandlerName } from "../../contracts/environment";
import type { SearchSetupEvent } from "../../contracts/search";
import { allow, type Statement } from "../../lib/iam";
import { named } from "../../lib/tags";
import { createAlarm, type AlertTopics } from "../shared/alarm";
import { createFunction, type CreatedFunction } from "../shared/function";
import type { FunctionNetwork } from "../shared/functionNetwork";
import type { Platform } from "../shared/platform";
import { createQueuePolicy, createUndelivered } from "../shared/queues";
import { createSchedule } from "../shared/schedule";
import type { GrowthSignals } from "./searchAlarms";
import { searchDomainArn } from "./searchDomain";
import type { SnapshotStore } from "./searchSnapshots";

/** Every verb of the domain's REST interface that searchSetup uses. */
const SETUP_VERBS = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPut"];
const SIZE = { memory: 512, timeout: 180 };

export interface SearchFunctionsSpec {
  platform: Platform;
  codePath?: string;
  dataKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  topics: AlertTopics;
}

type Variables<Name extends SearchHandlerName> = { [Key in keyof HandlerEnvironment<Name>]: pulumi.Input<string> };

function create<Name extends SearchHandlerName>(
  parent: pulumi.Resource,
  name: string,
  spec: SearchFunctionsSpec,
  own: {
    handler: Name;
    description: string;
    variables: Variables<Name>;
    grants: Statement[];
    network?: FunctionNetwork;
  },
): CreatedFunction {
  const { platform, dataKeyArn, logsKeyArn, codePath = ".local/build/handlers" } = spec;
  return createFunction(parent, name, { platform, dataKeyArn, logsKeyArn, codePath, size: SIZE, ...own });
}

/** The function that prepares the domain from inside the VPC; its role is the domain's master. */
export function createSetupFunction(
  parent: pulumi.Resource,
  name: string,
  spec: SearchFunctionsSpec & {
    network: FunctionNetwork;
    endpoint: pulumi.Input<string>;
    store: SnapshotStore;
    snapshotDays: number;
  },
): CreatedFunction {
  const { platform, store } = spec;
  return create(parent, name, spec, {
    handler: "searchSetup",
    description: "Prepares the search domain and keeps its snapshots",
    variables: {
      SEARCH_ENDPOINT: spec.endpoint,
      SNAPSHOT_BUCKET: store.bucket.bucket,
      SNAPSHOT_ROLE_ARN: store.role.arn,
      SNAPSHOT_DAYS: String(spec.snapshotDays),
    },
    grants: [
      allow("PrepareSearch", SETUP_VERBS, [pulumi.interpolate`${searchDomainArn(platform)}/*`]),
      allow("PassSnapshotRole", ["iam:PassRole"], [store.role.arn], {
        StringEquals: { "iam:PassedToService": "es.amazonaws.com" },
      }),
    ],
    network: spec.network,
  });
}

/** The function that makes the domain larger. It calls AWS alone and stands outside the VPC. */
export function createGrowthFunction(
  parent: pulumi.Resource,
  name: string,
  spec: SearchFunctionsSpec & {
    domainName: pulumi.Input<string>;
    signals: GrowthSignals;
    maxStorageGb: number;
    maxNodes: number;
  },
): CreatedFunction {
  const { platform, signals } = spec;
  const names = (alarms: aws.cloudwatch.MetricAlarm[]): pulumi.Output<string> =>
    pulumi.all(alarms.map((alarm) => alarm.name)).apply((each) => each.join(","));
  const alarmArns = [...signals.storage, ...signals.load].map(({ arn }) => arn);
  return create(parent, name, spec, {
    handler: "searchGrowth",
    description: "Makes the search domain larger, a step at a time, up to its caps",
    variables: {
      SEARCH_DOMAIN: spec.domainName,
      STORAGE_ALARMS: names(signals.storage),
      LOAD_ALARMS: names(signals.load),
      MAX_STORAGE_GB: String(spec.maxStorageGb),
      MAX_NODES: String(spec.maxNodes),
    },
    grants: [
      allow("ResizeSearch", ["es:DescribeDomain", "es:UpdateDomainConfig"], [searchDomainArn(platform)]),
      allow("ReadAlarms", ["cloudwatch:DescribeAlarms"], alarmArns),
    ],
  });
}

/** Calls growth at once when one of its alarms rings. */
function createTrigger(
  parent: pulumi.Resource,
  name: string,
  spec: { platform: Platform; signals: GrowthSignals; growth: CreatedFunction; undelivered: aws.sqs.Queue },
): aws.cloudwatch.EventRule {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-searchGrowth-rule`,
    {
      description: "Alarms of search that growth answers to",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        resources: [...spec.signals.storage, ...spec.signals.load].map(({ arn }) => arn),
        detail: { state: { value: ["ALARM"] } },
      }),
      tags: named(spec.platform.tags, `${name}-searchGrowth-rule`),
    },
    { parent },
  );
  const permission = new aws.lambda.Permission(
    `${name}-searchGrowth-permission`,
    {
      action: "lambda:InvokeFunction",
      function: spec.growth.fn.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-searchGrowth-target`,
    {
      rule: rule.name,
      arn: spec.growth.fn.arn,
      deadLetterConfig: { arn: spec.undelivered.arn },
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
    },
    { parent, dependsOn: [permission] },
  );
  return rule;
}

function alarmOnFailure(
  parent: pulumi.Resource,
  name: string,
  spec: SearchFunctionsSpec,
  of: { fn: CreatedFunction; handler: SearchHandlerName; means: string },
): void {
  createAlarm(parent, `${name}-${of.handler}-failing-alarm`, {
    platform: spec.platform,
    description: `${of.handler} has failed: ${of.means} Its log says why.`,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: of.fn.fn.name },
    statistic: "Sum",
    period: 3600,
    evaluationPeriods: 1,
    threshold: 0,
    comparison: "GreaterThanThreshold",
    topicArn: spec.topics.warningArn,
  });
}

/**
 * When the two functions run: growth on an alarm and each hour, since an alarm that goes on ringing says nothing more; the
 * setup every night, with a snapshot, and so that nodes which have come get their share of the indices.
 */
export function createSearchSchedules(
  parent: pulumi.Resource,
  name: string,
  spec: SearchFunctionsSpec & { setup: CreatedFunction; growth: CreatedFunction; signals: GrowthSignals },
): void {
  const { platform, topics, dataKeyArn, setup, growth, signals } = spec;
  const undelivered = createUndelivered(parent, `${name}-search-undelivered`, {
    platform,
    role: "search-undelivered",
    topics,
    deadMeans: "A call of searchSetup or searchGrowth could not be made.",
    severity: "warning",
    remedy: "The next one makes up for it: find the cause in the message, then purge the queue.",
    keyArn: dataKeyArn,
  });
  const rule = createTrigger(parent, name, { platform, signals, growth, undelivered });
  createQueuePolicy(parent, `${name}-search-undelivered`, undelivered, [rule.arn]);
  const shared = { platform, undelivered, dataKeyArn };
  const nightly: SearchSetupEvent = { snapshot: true };
  createSchedule(parent, `${name}-searchSetup`, {
    ...shared,
    description: "A snapshot of search every night",
    expression: "cron(30 4 * * ? *)",
    target: setup,
    input: JSON.stringify(nightly),
    patience: 3600,
  });
  createSchedule(parent, `${name}-searchGrowth`, {
    ...shared,
    description: "Lets search grow for as long as its alarms ring",
    expression: "rate(1 hour)",
    target: growth,
    patience: 900,
  });
  const failing = alarmOnFailure.bind(undefined, parent, name, spec);
  failing({
    fn: setup,
    handler: "searchSetup",
    means: "the night's snapshot was not taken, or the last one not completed.",
  });
  failing({ fn: growth, handler: "searchGrowth", means: "search cannot grow, or is at its caps." });
}
