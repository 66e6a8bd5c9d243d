import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { HANDLER_ENVIRONMENT, SEARCH_HANDLER_NAMES } from "../../contracts/environment";
import { createSearch, type SearchSettings } from "../../components/database/search";
import { VodSearchAccess } from "../../components/database/searchAccess";
import { KEY, platform, TOPICS } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

const DOMAIN = `arn:aws:es:us-east-1:${ACCOUNT}:domain/vod-dev`;
const ARN = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}-1a2b3c4`;
const POWERTOOLS = ["POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"];

class Parent extends pulumi.ComponentResource {
  constructor() {
    super("test:index:Parent", "parent");
  }
}

const search = (settings: Partial<SearchSettings> = {}, subnetIds = ["subnet-a", "subnet-b", "subnet-c"]) =>
  record(() =>
    createSearch(new Parent(), "d", {
      platform: platform(),
      subnetIds,
      logsKeyArn: KEY("logs"),
      topics: TOPICS,
      settings: {
        groupId: "sg-search",
        functions: { subnetIds: ["subnet-app"], groupId: "sg-functions" },
        searchKeyArn: KEY("search"),
        dataKeyArn: KEY("data"),
        accessLogBucket: "logs",
        codePath: "bundles",
        ...settings,
      },
    }),
  );

const domainOf = (of: Recording) => of.one("aws:opensearch/domain:Domain", "d-search");
const statements = (of: Recording, role: string): { Sid: string; Action: string[]; Resource: string[] }[] =>
  json(of.one("aws:iam/rolePolicy:RolePolicy", `${role}-grants`).inputs.policy).Statement;
const grants = (of: Recording, role: string): unknown[] =>
  statements(of, role)
    .filter(({ Sid }) => !/^(WriteLog|WriteTraces|OpenData|.*Interfaces.*|NotByTheCode)$/.test(Sid))
    .map(({ Action, Resource }) => [Action, Resource]);

describe("the search domain", () => {
  let made: Recording;
  before(async () => {
    made = await search();
  });

  it("is three small nodes over three zones with 102 GB, as the document has it", () => {
    const { inputs } = domainOf(made);
    assert.equal(inputs.domainName, "vod-dev");
    assert.equal(inputs.engineVersion, "OpenSearch_3.5");
    assert.deepEqual(inputs.clusterConfig, {
      instanceType: "t3.small.search",
      instanceCount: 3,
      zoneAwarenessEnabled: true,
      zoneAwarenessConfig: { availabilityZoneCount: 3 },
      multiAzWithStandbyEnabled: false,
      dedicatedMasterEnabled: false,
      warmEnabled: false,
    });
    assert.deepEqual(inputs.ebsOptions, {
      ebsEnabled: true,
      volumeSize: 34,
      volumeType: "gp3",
      iops: 3000,
      throughput: 125,
    });
    assert.deepEqual(inputs.autoTuneOptions, { desiredState: "DISABLED" });
  });

  it("is encrypted, speaks TLS 1.2 with forward secrecy, knows one master and no passwords", () => {
    const { inputs } = domainOf(made);
    assert.deepEqual(inputs.encryptAtRest, { enabled: true, kmsKeyId: KEY("search") });
    assert.deepEqual(inputs.nodeToNodeEncryption, { enabled: true });
    assert.deepEqual(inputs.domainEndpointOptions, {
      enforceHttps: true,
      tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10",
    });
    assert.deepEqual(inputs.advancedSecurityOptions, {
      enabled: true,
      internalUserDatabaseEnabled: false,
      masterUserOptions: { masterUserArn: ARN("iam", "d-searchSetup-role") },
    });
    assert.deepEqual(inputs.vpcOptions, {
      subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
      securityGroupIds: ["sg-search"],
    });
  });

  it("is kept, and leaves its size to growth", () => {
    const { options } = domainOf(made);
    assert.deepEqual([options.protect, options.retainOnDelete], [true, true]);
    assert.deepEqual(options.ignoreChanges, ["ebsOptions.volumeSize", "clusterConfig.instanceCount"]);
  });

  it("writes four logs, which a policy lets this domain alone write", () => {
    const { inputs, options } = domainOf(made);
    const group = (role: string): string => `${ARN("cloudwatch", "x").replace("x-1a2b3c4", `/vod/dev/${role}`)}`;
    const roles = ["search-index-slow", "search-slow", "search-application", "search-audit"];
    assert.deepEqual(
      inputs.logPublishingOptions.map((each: { logType: string; cloudwatchLogGroupArn: string }) => [
        each.logType,
        each.cloudwatchLogGroupArn,
      ]),
      ["INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS", "ES_APPLICATION_LOGS", "AUDIT_LOGS"].map((type, index) => [
        type,
        group(roles[index] ?? ""),
      ]),
    );
    const { inputs: policy } = made.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "d-search-logs-policy");
    assert.equal(policy.policyName, "vod-dev-search");
    assert.deepEqual(json(policy.policyDocument).Statement, [
      {
        Sid: "SearchLogs",
        Effect: "Allow",
        Principal: { Service: "es.amazonaws.com" },
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"],
        Resource: roles.map((role) => `${group(role)}:*`),
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT }, ArnLike: { "aws:SourceArn": DOMAIN } },
      },
    ]);
    assert.ok(options.dependsOn?.some((urn) => urn.endsWith("::d-search-logs-policy")));
  });

  it("installs the service's updates in quiet hours", () => {
    const { offPeakWindowOptions, softwareUpdateOptions } = domainOf(made).inputs;
    assert.deepEqual(offPeakWindowOptions, {
      enabled: true,
      offPeakWindow: { windowStartTime: { hours: 5, minutes: 0 } },
    });
    assert.deepEqual(softwareUpdateOptions, { autoSoftwareUpdateEnabled: true });
  });

  it("makes the service-linked role only when it is told to", async () => {
    assert.equal(made.all("aws:iam/serviceLinkedRole:ServiceLinkedRole").length, 0);
    const first = await search({ createServiceLinkedRole: true });
    const [role] = first.all("aws:iam/serviceLinkedRole:ServiceLinkedRole");
    assert.equal(role?.inputs.awsServiceName, "opensearchservice.amazonaws.com");
    assert.ok(domainOf(first).options.dependsOn?.some((urn) => urn.endsWith("::d-search-service-role")));
  });

  it("tunes other classes by itself, and takes three of four zones", async () => {
    const large = await search({ instanceType: "m7g.large.search", nodes: 6, storageGb: 1000 }, ["a", "b", "c", "d"]);
    const { inputs } = domainOf(large);
    assert.deepEqual([inputs.clusterConfig.instanceCount, inputs.ebsOptions.volumeSize], [6, 167]);
    assert.deepEqual(inputs.autoTuneOptions, {
      desiredState: "ENABLED",
      rollbackOnDisable: "NO_ROLLBACK",
      useOffPeakWindow: true,
    });
    assert.deepEqual(inputs.vpcOptions.subnetIds, ["a", "b", "c"]);
  });

  for (const [settings, says] of [
    [{ instanceType: "t2.small.search" }, /search instance "t2.small.search" → one of t3.small.search, /],
    [{ nodes: 4 }, /search nodes 4 → a multiple of 3, at most 10 of t3.small.search/],
    [{ nodes: 12 }, /search nodes 12 → a multiple of 3, at most 10/],
    [{ storageGb: 301 }, /search storage 301 GB on 3 nodes → 30 to 300 GB with t3.small.search/],
    [{ storageGb: 20 }, /search storage 20 GB on 3 nodes → 30 to 300 GB/],
  ] as [Partial<SearchSettings>, RegExp][])
    it(`refuses ${JSON.stringify(settings)}`, () => assert.rejects(search(settings), says));
});

describe("the search domain's functions", () => {
  let made: Recording;
  before(async () => {
    made = await search({ snapshotDays: 14, maxStorageGb: 300, maxNodes: 6 });
  });
  const fn = (handler: string) => made.one("aws:lambda/function:Function", `d-${handler}`).inputs;

  for (const handler of SEARCH_HANDLER_NAMES)
    it(`${handler} has the variables that its code reads, and no others`, () => {
      const names = [...HANDLER_ENVIRONMENT[handler], ...POWERTOOLS].sort();
      assert.deepEqual(Object.keys(fn(handler).environment.variables).sort(), names);
    });

  it("the setup stands in the VPC, reaches the domain and passes one role", () => {
    assert.deepEqual(fn("searchSetup").vpcConfig, { subnetIds: ["subnet-app"], securityGroupIds: ["sg-functions"] });
    const { SEARCH_ENDPOINT, SNAPSHOT_BUCKET, SNAPSHOT_DAYS } = fn("searchSetup").environment.variables;
    assert.match(SEARCH_ENDPOINT, /^vpc-vod-dev-[0-9a-f]{26}\.us-east-1\.es\.amazonaws\.com$/);
    assert.deepEqual([SNAPSHOT_BUCKET, SNAPSHOT_DAYS], ["d-search-snapshots-1a2b3c4", "14"]);
    assert.deepEqual(grants(made, "d-searchSetup-role"), [
      [["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPut"], [`${DOMAIN}/*`]],
      [["iam:PassRole"], [ARN("iam", "d-search-snapshots-role")]],
    ]);
  });

  it("growth may resize this domain and read its three alarms, from outside the VPC", () => {
    assert.equal(fn("searchGrowth").vpcConfig, undefined);
    assert.deepEqual(grants(made, "d-searchGrowth-role"), [
      [["es:DescribeDomain", "es:UpdateDomainConfig"], [DOMAIN]],
      [
        ["cloudwatch:DescribeAlarms"],
        ["space", "cpu", "memory"].map((role) => ARN("cloudwatch", `d-search-${role}-alarm`)),
      ],
    ]);
    const { STORAGE_ALARMS, LOAD_ALARMS, MAX_STORAGE_GB, MAX_NODES } = fn("searchGrowth").environment.variables;
    assert.equal(STORAGE_ALARMS, "d-search-space-alarm-1a2b3c4");
    assert.equal(LOAD_ALARMS, "d-search-cpu-alarm-1a2b3c4,d-search-memory-alarm-1a2b3c4");
    assert.deepEqual([MAX_STORAGE_GB, MAX_NODES], ["300", "6"]);
  });

  it("growth is called when one of its alarms rings, and every hour", () => {
    const rule = made.one("aws:cloudwatch/eventRule:EventRule", "d-searchGrowth-rule").inputs;
    assert.deepEqual(json(rule.eventPattern), {
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      resources: ["space", "cpu", "memory"].map((role) => ARN("cloudwatch", `d-search-${role}-alarm`)),
      detail: { state: { value: ["ALARM"] } },
    });
    const target = made.one("aws:cloudwatch/eventTarget:EventTarget", "d-searchGrowth-target").inputs;
    assert.deepEqual(
      [target.arn, target.deadLetterConfig],
      [ARN("lambda", "d-searchGrowth"), { arn: ARN("sqs", "d-search-undelivered") }],
    );
    const permission = made.one("aws:lambda/permission:Permission", "d-searchGrowth-permission").inputs;
    assert.deepEqual(
      [permission.principal, permission.sourceArn, permission.function],
      ["events.amazonaws.com", ARN("cloudwatch", "d-searchGrowth-rule"), "d-searchGrowth-1a2b3c4"],
    );
    const hourly = made.one("aws:scheduler/schedule:Schedule", "d-searchGrowth-schedule").inputs;
    assert.deepEqual([hourly.scheduleExpression, hourly.target.input], ["rate(1 hour)", undefined]);
  });

  it("a snapshot is taken every night, its order encrypted", () => {
    const nightly = made.one("aws:scheduler/schedule:Schedule", "d-searchSetup-schedule").inputs;
    assert.deepEqual(
      [nightly.scheduleExpression, nightly.kmsKeyArn, json(nightly.target.input)],
      ["cron(30 4 * * ? *)", KEY("data"), { snapshot: true }],
    );
    const tries = made.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "d-searchSetup-tries");
    assert.equal(tries.inputs.maximumRetryAttempts, 0);
  });

  it("OpenSearch alone takes the snapshots' role, for one bucket and one key; the bucket archives nothing", () => {
    const role = made.one("aws:iam/role:Role", "d-search-snapshots-role").inputs;
    const [trust] = json(role.assumeRolePolicy).Statement;
    assert.deepEqual(
      [trust.Principal, trust.Condition],
      [{ Service: "es.amazonaws.com" }, { StringEquals: { "aws:SourceAccount": ACCOUNT } }],
    );
    const bucket = "arn:aws:s3:::d-search-snapshots-1a2b3c4";
    assert.deepEqual(grants(made, "d-search-snapshots-role"), [
      [["s3:ListBucket"], [bucket]],
      [["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [`${bucket}/*`]],
      [["kms:Decrypt", "kms:GenerateDataKey"], [KEY("search")]],
    ]);
    const { rules } = made.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "d-search-snapshots-lifecycle",
    ).inputs;
    assert.equal(rules.length, 1);
    assert.equal("transitions" in rules[0], false);
    const { targetBucket } = made.one("aws:s3/bucketLogging:BucketLogging", "d-search-snapshots-access-log").inputs;
    assert.equal(targetBucket, "logs");
  });
});

describe("the search domain's alarms", () => {
  let made: Recording;
  before(async () => {
    made = await search();
  });
  const alarm = (role: string) => made.one("aws:cloudwatch/metricAlarm:MetricAlarm", `d-search-${role}-alarm`).inputs;

  for (const [role, metric, statistic, period, times, threshold, topic] of [
    ["red", "ClusterStatus.red", "Maximum", 60, 1, 0, TOPICS.criticalArn],
    ["yellow", "ClusterStatus.yellow", "Maximum", 60, 5, 0, TOPICS.warningArn],
    ["blocked", "ClusterIndexWritesBlocked", "Maximum", 300, 1, 0, TOPICS.criticalArn],
    ["nodes", "Nodes", "Minimum", 3600, 1, 3, TOPICS.warningArn],
    ["snapshot", "AutomatedSnapshotFailure", "Maximum", 60, 1, 0, TOPICS.warningArn],
    ["key-error", "KMSKeyError", "Maximum", 60, 1, 0, TOPICS.criticalArn],
    ["key-gone", "KMSKeyInaccessible", "Maximum", 60, 1, 0, TOPICS.criticalArn],
    ["latency", "SearchLatency", "Average", 300, 3, 500, TOPICS.warningArn],
    ["cpu", "CPUUtilization", "Maximum", 900, 3, 80, TOPICS.warningArn],
    ["memory", "JVMMemoryPressure", "Maximum", 300, 3, 80, TOPICS.warningArn],
  ] as const)
    it(`${role} rings at ${metric} ${threshold}`, () => {
      const inputs = alarm(role);
      assert.deepEqual(
        [inputs.metricName, inputs.statistic, inputs.period, inputs.evaluationPeriods, inputs.threshold],
        [metric, statistic, period, times, threshold],
      );
      assert.deepEqual(inputs.dimensions, { ClientId: ACCOUNT, DomainName: "vod-dev" });
      assert.equal(inputs.comparisonOperator, role === "nodes" ? "LessThanThreshold" : "GreaterThanThreshold");
      assert.deepEqual([inputs.alarmActions, inputs.okActions], [[topic], [topic]]);
    });

  it("space rings at a quarter free of whatever the volumes have grown to", () => {
    const { metricQueries, threshold, comparisonOperator, evaluationPeriods, alarmActions } = alarm("space");
    assert.deepEqual([threshold, comparisonOperator, evaluationPeriods], [25, "LessThanThreshold", 15]);
    assert.deepEqual(alarmActions, [TOPICS.warningArn]);
    assert.deepEqual(
      metricQueries.map((each: { id: string; metric?: { metricName: string; stat: string }; expression?: string }) => [
        each.id,
        each.metric?.metricName ?? each.expression,
        each.metric?.stat,
      ]),
      [
        ["free", "FreeStorageSpace", "Sum"],
        ["used", "ClusterUsedSpace", "Maximum"],
        ["share", "100 * free / (free + used)", undefined],
      ],
    );
  });

  it("the rate of searches rings above what is usual", () => {
    const { thresholdMetricId, comparisonOperator, metricQueries } = alarm("rate");
    assert.deepEqual([thresholdMetricId, comparisonOperator], ["usual", "GreaterThanUpperThreshold"]);
    assert.equal(metricQueries[0].metric.metricName, "SearchRate");
  });
});

describe("VodSearchAccess", () => {
  it("admits exact roles, each to its part, and has them set up inside the domain", async () => {
    const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
    const made = await record(
      () =>
        new VodSearchAccess("a", {
          search: {
            domainName: "vod-dev",
            domainArn: DOMAIN,
            setupFunction: "setup",
            setupRoleArn: role("setup"),
          },
          readerRoleArns: [role("api")],
          writerRoleArns: [role("worker"), role("backoffice")],
        }),
    );
    const policy = json(made.one("aws:opensearch/domainPolicy:DomainPolicy", "a-policy").inputs.accessPolicies);
    const titles = [`${DOMAIN}/titles`, `${DOMAIN}/titles/*`];
    const all = ["Delete", "Get", "Head", "Post", "Put"].map((verb) => `es:ESHttp${verb}`);
    assert.deepEqual(
      policy.Statement.map((each: { Principal: object; Action: string[]; Resource: string[] }) => [
        each.Principal,
        each.Action,
        each.Resource,
      ]),
      [
        [{ AWS: [role("api")] }, ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost"], titles],
        [{ AWS: [role("worker"), role("backoffice")] }, all, [...titles, `${DOMAIN}/titles-*`]],
        [{ AWS: role("setup") }, ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPut"], [`${DOMAIN}/*`]],
      ],
    );
    const { inputs, options } = made.one("aws:lambda/invocation:Invocation", "a-setup");
    assert.equal(inputs.functionName, "setup");
    assert.deepEqual(json(inputs.input), {
      access: { readers: [role("api")], writers: [role("worker"), role("backoffice")] },
    });
    assert.equal(inputs.triggers.domain, DOMAIN);
    assert.match(inputs.triggers.template, /^[0-9a-f]{64}$/);
    assert.ok(options.dependsOn?.some((urn) => urn.endsWith("::a-policy")));
  });
});
