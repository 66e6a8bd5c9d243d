import { strict as assert } from "node:assert";
import { VodTranscodePipeline } from "../../components";
import { HANDLER_ENVIRONMENT, HANDLER_NAMES, type HandlerName } from "../../contracts/environment";
import { FUNCTION_NETWORK, KEY, platform, TOPICS } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

interface Statement {
  Sid: string;
  Action: string[];
  Effect: string;
  Resource: string[];
  Condition?: Record<string, Record<string, string>>;
}

const ARN = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}-1a2b3c4`;
const SIZES: Record<HandlerName, [number, number]> = {
  ingest: [512, 180],
  track: [512, 180],
  storyboard: [1024, 900],
  reconcile: [512, 180],
};
const POWERTOOLS = ["POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"];

/** Action → resources, of what a function may do beside its log, its traces and its own variables. */
const EXPECTED: Record<HandlerName, Record<string, string[]>> = {
  ingest: {
    "sqs:ReceiveMessage": [ARN("sqs", "p-ingest")],
    "dynamodb:PutItem": [ARN("dynamodb", "p-ledger")],
    "events:PutEvents": [ARN("cloudwatch", "p-bus")],
    "s3:ListBucket": ["arn:aws:s3:::in"],
    "s3:GetObject": ["arn:aws:s3:::in/*"],
    "mediaconvert:Probe": ["*"],
    "mediaconvert:CreateJob": [ARN("mediaconvert", "p-default"), ARN("mediaconvert", "p-priority")],
    "iam:PassRole": [ARN("iam", "p-job-role")],
  },
  track: {
    "sqs:ReceiveMessage": [ARN("sqs", "p-transcode-events")],
    "dynamodb:PutItem": [ARN("dynamodb", "p-ledger")],
    "events:PutEvents": [ARN("cloudwatch", "p-bus")],
    "mediaconvert:GetJob": [`arn:aws:mediaconvert:us-east-1:${ACCOUNT}:jobs/*`],
    "s3:PutObject": ["arn:aws:s3:::out/job-history/*"],
    "s3:ListBucket": ["arn:aws:s3:::out"],
    "s3:GetObject": ["arn:aws:s3:::out/media/*"],
  },
  storyboard: {
    "sqs:ReceiveMessage": [ARN("sqs", "p-storyboard")],
    "dynamodb:PutItem": [ARN("dynamodb", "p-ledger")],
    "events:PutEvents": [ARN("cloudwatch", "p-bus")],
    "s3:ListBucket": ["arn:aws:s3:::out"],
    "s3:GetObject": ["arn:aws:s3:::out/captures/*"],
    "s3:PutObject": ["arn:aws:s3:::out/media/*", "arn:aws:s3:::out/posters/*"],
  },
  reconcile: {
    "dynamodb:PutItem": [ARN("dynamodb", "p-ledger")],
    "dynamodb:BatchGetItem": [ARN("dynamodb", "p-ledger")],
    "dynamodb:Query": [`${ARN("dynamodb", "p-ledger")}/index/outstanding`],
    "events:PutEvents": [ARN("cloudwatch", "p-bus")],
    "mediaconvert:GetJob": [`arn:aws:mediaconvert:us-east-1:${ACCOUNT}:jobs/*`],
    "mediaconvert:ListJobs": [ARN("mediaconvert", "p-default"), ARN("mediaconvert", "p-priority")],
    "s3:PutObject": ["arn:aws:s3:::out/job-history/*"],
    "s3:ListBucket": ["arn:aws:s3:::out", "arn:aws:s3:::in"],
    "s3:GetObject": ["arn:aws:s3:::out/media/*"],
    "sqs:SendMessage": [ARN("sqs", "p-ingest")],
  },
};
/** Granted together with one of the above, or to every function. */
const COMPANIONS =
  /^(ec2:|logs:|xray:|kms:|sqs:(ChangeMessageVisibility|DeleteMessage|GetQueueAttributes)$|dynamodb:GetItem$)/;

describe("the pipeline's functions", () => {
  let pipeline: Recording;
  before(async () => {
    pipeline = await record(
      () =>
        new VodTranscodePipeline("p", {
          platform: platform(),
          ingestBucket: "in",
          ingestBucketArn: "arn:aws:s3:::in",
          mediaBucket: "out",
          mediaBucketArn: "arn:aws:s3:::out",
          mediaKeyArn: KEY("media"),
          dataKeyArn: KEY("data"),
          logsKeyArn: KEY("logs"),
          alerts: TOPICS,
          network: FUNCTION_NETWORK,
          maxTitlePrice: 0.5,
          codePath: "bundles",
        }),
    );
  });
  const grants = (handler: HandlerName): Statement[] =>
    json(pipeline.one("aws:iam/rolePolicy:RolePolicy", `p-${handler}-role-grants`).inputs.policy).Statement;

  for (const handler of HANDLER_NAMES) {
    it(`${handler} runs on Node 24 and arm64, traced, with JSON logs and encrypted variables`, () => {
      const { inputs, options } = pipeline.one("aws:lambda/function:Function", `p-${handler}`);
      const { runtime, architectures, handler: entry, memorySize, timeout, kmsKeyArn, tracingConfig } = inputs;
      assert.deepEqual([runtime, architectures, entry], ["nodejs24.x", ["arm64"], "index.handler"]);
      assert.deepEqual([memorySize, timeout], SIZES[handler]);
      assert.deepEqual([kmsKeyArn, tracingConfig], [KEY("data"), { mode: "Active" }]);
      assert.deepEqual(inputs.loggingConfig, { logFormat: "JSON", logGroup: `/vod/dev/${handler}` });
      assert.deepEqual(inputs.code, { archive: `bundles/${handler}` });
      assert.ok(options.dependsOn?.some((urn) => urn.endsWith(`::p-${handler}-role-grants`)));
    });

    it(`${handler} has the variables that its code reads, and no others`, () => {
      const { variables } = pipeline.one("aws:lambda/function:Function", `p-${handler}`).inputs.environment;
      assert.deepEqual(Object.keys(variables).sort(), [...HANDLER_ENVIRONMENT[handler], ...POWERTOOLS].sort());
    });

    it(`${handler} has a log group with an end and a key`, () => {
      const { name, retentionInDays, kmsKeyId } = pipeline.one(
        "aws:cloudwatch/logGroup:LogGroup",
        `p-${handler}-logs`,
      ).inputs;
      assert.deepEqual([name, retentionInDays, kmsKeyId], [`/vod/dev/${handler}`, 14, KEY("logs")]);
    });

    it(`${handler} may do what its code does, there, and nothing else`, () => {
      const granted = new Map<string, string[]>();
      for (const { Action, Resource } of grants(handler)) {
        for (const action of Action) granted.set(action, [...(granted.get(action) ?? []), ...Resource]);
      }
      const own = [...granted].filter(([action]) => !COMPANIONS.test(action));
      assert.deepEqual(Object.fromEntries(own), EXPECTED[handler]);
      assert.equal(granted.has("sqs:DeleteMessage"), granted.has("sqs:ReceiveMessage"));
      assert.deepEqual(granted.get("logs:PutLogEvents"), [
        `${ARN("cloudwatch", "x").replace("x-1a2b3c4", `/vod/dev/${handler}`)}:*`,
      ]);
    });
  }

  for (const handler of HANDLER_NAMES) {
    const calls = handler !== "storyboard";
    it(`${handler} stands ${calls ? "in the app subnets, and calls MediaConvert by its endpoint alone" : "outside the VPC"}`, () => {
      const { vpcConfig } = pipeline.one("aws:lambda/function:Function", `p-${handler}`).inputs;
      const within = { subnetIds: ["subnet-a", "subnet-b"], securityGroupIds: ["sg-functions"] };
      assert.deepEqual(vpcConfig, calls ? within : undefined);
      const own = grants(handler).filter(({ Action }) => Action.some((action) => action.startsWith("mediaconvert:")));
      assert.equal(own.length > 0, calls);
      for (const { Sid, Condition } of own) {
        assert.deepEqual(Condition, { StringEquals: { "aws:SourceVpce": "vpce-transcoder" } }, Sid);
      }
    });
  }

  it("lets Lambda keep the interfaces of a function in its own subnets and group, and not the function's code", () => {
    const ec2 = (path: string): string => `arn:aws:ec2:us-east-1:${ACCOUNT}:${path}`;
    const own = grants("ingest").filter(({ Action }) => Action.some((action) => action.startsWith("ec2:")));
    assert.deepEqual(
      own.map(({ Effect, Action, Resource, Condition }) => [Effect, Action, Resource, Condition]),
      [
        ["Allow", ["ec2:CreateNetworkInterface"], [ec2("network-interface/*"), ec2("security-group/sg-functions")], undefined],
        ["Allow", ["ec2:CreateNetworkInterface"], [ec2("subnet/subnet-a"), ec2("subnet/subnet-b")], undefined],
        ["Allow", ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"], [ec2("network-interface/*")], undefined],
        ["Allow", ["ec2:DeleteNetworkInterface"], [ec2("*/*")], undefined],
        ["Allow", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], ["*"], undefined],
        [
          "Deny",
          [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DetachNetworkInterface",
            "ec2:UnassignPrivateIpAddresses",
          ],
          ["*"],
          { ArnLike: { "lambda:SourceFunctionArn": `arn:aws:lambda:us-east-1:${ACCOUNT}:function:*` } },
        ],
      ],
    ); // prettier-ignore
    assert.ok(grants("storyboard").every(({ Action }) => Action.every((action) => !action.startsWith("ec2:"))));
  });

  it("lets through MediaConvert's endpoint each function's own calls, on this stack's queues", () => {
    const { vpcEndpointId, policy } = pipeline.one(
      "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
      "p-transcoder-access",
    ).inputs;
    const role = (handler: string): string => ARN("iam", `p-${handler}-role`);
    const queues = [ARN("mediaconvert", "p-default"), ARN("mediaconvert", "p-priority")];
    const jobs = [`arn:aws:mediaconvert:us-east-1:${ACCOUNT}:jobs/*`];
    assert.equal(vpcEndpointId, "vpce-transcoder");
    assert.deepEqual(
      json(policy).Statement.map(({ Effect, Principal, Action, Resource }: Record<string, unknown>) => [
        Effect,
        Principal,
        Action,
        Resource,
      ]),
      [
        ["Allow", { AWS: [role("ingest")] }, ["mediaconvert:Probe"], ["*"]],
        ["Allow", { AWS: [role("ingest")] }, ["mediaconvert:CreateJob"], queues],
        ["Allow", { AWS: [role("track"), role("reconcile")] }, ["mediaconvert:GetJob"], jobs],
        ["Allow", { AWS: [role("reconcile")] }, ["mediaconvert:ListJobs"], queues],
      ],
    );
  });

  it("passes the job role to MediaConvert alone, and uses the media key through S3 alone", () => {
    const conditions = (sid: string) => grants("ingest").find(({ Sid }) => Sid === sid)?.Condition;
    assert.deepEqual(conditions("PassJobRole"), {
      StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" },
    });
    assert.deepEqual(conditions("UseMediaKey"), { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } });
  });

  it("tells ingest the price, the job's queue and role, and its own queue", () => {
    const { variables } = pipeline.one("aws:lambda/function:Function", "p-ingest").inputs.environment;
    const { MAX_TITLE_PRICE, JOB_QUEUE_ARN, JOB_ROLE_ARN, QUEUE_URL } = variables;
    assert.deepEqual(
      [MAX_TITLE_PRICE, JOB_QUEUE_ARN, JOB_ROLE_ARN, QUEUE_URL],
      [
        "0.5",
        ARN("mediaconvert", "p-default"),
        ARN("iam", "p-job-role"),
        `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/p-ingest-1a2b3c4`,
      ],
    );
  });

  it("feeds three of them from queues, with partial replies and a bound", () => {
    const feed = (role: string): unknown[] => {
      const { inputs } = pipeline.one("aws:lambda/eventSourceMapping:EventSourceMapping", `p-${role}-feed`);
      assert.deepEqual(inputs.functionResponseTypes, ["ReportBatchItemFailures"]);
      return [inputs.functionName, inputs.eventSourceArn, inputs.batchSize, inputs.scalingConfig.maximumConcurrency];
    };
    assert.deepEqual(feed("ingest"), [ARN("lambda", "p-ingest"), ARN("sqs", "p-ingest"), 5, 5]);
    assert.deepEqual(feed("track"), [ARN("lambda", "p-track"), ARN("sqs", "p-transcode-events"), 10, 10]);
    assert.deepEqual(feed("storyboard"), [ARN("lambda", "p-storyboard"), ARN("sqs", "p-storyboard"), 1, 5]);
    assert.equal(pipeline.all("aws:lambda/eventSourceMapping:EventSourceMapping").length, 3);
  });

  it("runs reconcile every five minutes, never twice for one tick, and misses it", () => {
    const { scheduleExpression, flexibleTimeWindow, target } = pipeline.one(
      "aws:scheduler/schedule:Schedule",
      "p-reconcile-schedule",
    ).inputs;
    assert.deepEqual([scheduleExpression, flexibleTimeWindow], ["rate(5 minutes)", { mode: "OFF" }]);
    assert.deepEqual(target, {
      arn: ARN("lambda", "p-reconcile"),
      roleArn: ARN("iam", "p-reconcile-schedule-role"),
      deadLetterConfig: { arn: ARN("sqs", "p-undelivered") },
      retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 2 },
    });
    const tries = pipeline.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "p-reconcile-tries");
    assert.equal(tries.inputs.maximumRetryAttempts, 0);
    const silent = pipeline.one("aws:cloudwatch/metricAlarm:MetricAlarm", "p-reconcile-silent-alarm").inputs;
    assert.deepEqual([silent.treatMissingData, silent.alarmActions], ["breaching", [TOPICS.warningArn]]);
  });
});
