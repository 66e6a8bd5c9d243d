import { strict as assert } from "node:assert";
import { VodTranscodePipeline } from "../../components";
import { MAX_RECEIVE_COUNT } from "../../contracts/queues";
import { FUNCTION_NETWORK, KEY, platform, TOPICS } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

const QUEUE = "aws:sqs/queue:Queue";
const ARN = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}-1a2b3c4`;
const URL = (name: string): string => `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/p-${name}-1a2b3c4`;
const QUEUES = { ingest: 1080, "transcode-events": 1080, storyboard: 5400, catalogue: 120 };
const DAY = 24 * 3600;

const build = (change = {}): Promise<Recording> =>
  record(
    () =>
      new VodTranscodePipeline("p", {
        platform: platform(change),
        ingestBucket: "in",
        ingestBucketArn: "arn:aws:s3:::in",
        mediaBucket: "out",
        mediaBucketArn: "arn:aws:s3:::out",
        mediaKeyArn: KEY("media"),
        dataKeyArn: KEY("data"),
        logsKeyArn: KEY("logs"),
        alerts: TOPICS,
        network: FUNCTION_NETWORK,
        maxTitlePrice: 25,
      }),
  );

describe("VodTranscodePipeline", () => {
  let pipeline: Recording;
  before(async () => {
    pipeline = await build();
  });
  const inputs = (type: string, name: string) => pipeline.one(type, name).inputs;

  describe("queues", () => {
    for (const [role, visibility] of Object.entries(QUEUES)) {
      it(`${role} keeps 14 days, hides ${visibility} s, and ends in its own dead-letter queue`, () => {
        const common = { kmsMasterKeyId: KEY("data"), messageRetentionSeconds: 14 * DAY };
        assert.deepEqual(inputs(QUEUE, `p-${role}`), {
          ...common,
          tags: { Project: "vod", Name: `p-${role}` },
          visibilityTimeoutSeconds: visibility,
          receiveWaitTimeSeconds: 20,
          redrivePolicy: JSON.stringify({
            deadLetterTargetArn: ARN("sqs", `p-${role}-dead`),
            maxReceiveCount: MAX_RECEIVE_COUNT,
          }),
        });
        assert.deepEqual(inputs(QUEUE, `p-${role}-dead`), {
          ...common,
          tags: { Project: "vod", Name: `p-${role}-dead` },
        });
        const allowed = inputs("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", `p-${role}-dead-redrive`);
        assert.equal(allowed.queueUrl, URL(`${role}-dead`));
        assert.deepEqual(json(allowed.redriveAllowPolicy), {
          redrivePermission: "byQueue",
          sourceQueueArns: [ARN("sqs", `p-${role}`)],
        });
      });

      it(`${role} takes events of its one rule, by TLS; its dead-letter queue takes none`, () => {
        const policy = (name: string) => json(inputs("aws:sqs/queuePolicy:QueuePolicy", `p-${name}-policy`).policy);
        assert.deepEqual(policy(role).Statement, [
          {
            Sid: "DenyPlainText",
            Effect: "Deny",
            Principal: "*",
            Action: ["sqs:*"],
            Resource: [ARN("sqs", `p-${role}`)],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          {
            Sid: "OurEvents",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: ["sqs:SendMessage"],
            Resource: [ARN("sqs", `p-${role}`)],
            Condition: { ArnEquals: { "aws:SourceArn": [ARN("cloudwatch", `p-${role}-rule`)] } },
          },
        ]);
        assert.deepEqual(
          policy(`${role}-dead`).Statement.map(({ Sid }: { Sid: string }) => Sid),
          ["DenyPlainText"],
        );
      });

      it(`${role} raises an alarm for a dead message and for a late one`, () => {
        const alarm = (name: string) => inputs("aws:cloudwatch/metricAlarm:MetricAlarm", `p-${role}-${name}-alarm`);
        const dead = alarm("dead");
        const topic = role === "storyboard" ? TOPICS.warningArn : TOPICS.criticalArn;
        assert.deepEqual([dead.alarmActions, dead.okActions], [[topic], [topic]]);
        assert.deepEqual(dead.dimensions, { QueueName: `p-${role}-dead-1a2b3c4` });
        assert.deepEqual(
          [dead.metricName, dead.comparisonOperator, dead.threshold, dead.treatMissingData],
          ["ApproximateNumberOfMessagesVisible", "GreaterThanThreshold", 0, "notBreaching"],
        );
        const late = alarm("late");
        assert.deepEqual(late.alarmActions, [TOPICS.warningArn]);
        assert.deepEqual(
          [late.metricName, late.threshold],
          ["ApproximateAgeOfOldestMessage", role === "storyboard" ? 3600 : 900],
        );
      });
    }

    it("has one more, for what reached no queue", () => {
      assert.equal(pipeline.all(QUEUE).length, 9);
      const rules = Object.keys(QUEUES).map((role) => ARN("cloudwatch", `p-${role}-rule`));
      const policy = json(inputs("aws:sqs/queuePolicy:QueuePolicy", "p-undelivered-policy").policy);
      assert.deepEqual(policy.Statement[1].Condition, {
        ArnEquals: { "aws:SourceArn": [...rules, ARN("cloudwatch", "p-bus")] },
      });
      const alarm = inputs("aws:cloudwatch/metricAlarm:MetricAlarm", "p-undelivered-dead-alarm");
      assert.deepEqual(alarm.alarmActions, [TOPICS.criticalArn]);
    });
  });

  describe("events", () => {
    const rule = (role: string) => inputs("aws:cloudwatch/eventRule:EventRule", `p-${role}-rule`);
    const patterns: Record<string, unknown> = {
      ingest: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: ["in"] } },
      },
      "transcode-events": {
        source: ["aws.mediaconvert"],
        "detail-type": ["MediaConvert Job State Change"],
        detail: {
          queue: [ARN("mediaconvert", "p-default"), ARN("mediaconvert", "p-priority")],
          status: ["PROGRESSING", "STATUS_UPDATE", "COMPLETE", "ERROR", "CANCELED"],
        },
      },
      storyboard: { source: ["vod.pipeline"], "detail-type": ["StoryboardRequested"] },
      catalogue: {
        source: ["vod.pipeline"],
        "detail-type": ["VideoReady", "VideoFailed", "VideoRejected", "VideoHeld", "VideoCanceled"],
      },
    };
    for (const [role, pattern] of Object.entries(patterns)) {
      it(`${role}: what the rule takes and where it goes`, () => {
        const bus = role === "storyboard" || role === "catalogue" ? "p-bus-1a2b3c4" : undefined;
        assert.deepEqual(json(rule(role).eventPattern), pattern);
        assert.equal(rule(role).eventBusName, bus);
        const target = inputs("aws:cloudwatch/eventTarget:EventTarget", `p-${role}-target`);
        assert.deepEqual(target, {
          ...(bus && { eventBusName: bus }),
          rule: `p-${role}-rule-1a2b3c4`,
          arn: ARN("sqs", `p-${role}`),
          deadLetterConfig: { arn: ARN("sqs", "p-undelivered") },
          retryPolicy: { maximumEventAgeInSeconds: DAY, maximumRetryAttempts: 185 },
        });
      });
    }

    it("has a bus that only the pipeline's roles write to, in its name", () => {
      const bus = inputs("aws:cloudwatch/eventBus:EventBus", "p-bus");
      assert.deepEqual(
        [bus.kmsKeyIdentifier, bus.deadLetterConfig],
        [KEY("data"), { arn: ARN("sqs", "p-undelivered") }],
      );
      const { policy } = inputs("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "p-bus-policy");
      assert.deepEqual(json(policy).Statement, [
        {
          Sid: "Pipeline",
          Effect: "Allow",
          Principal: {
            AWS: ["ingest", "track", "storyboard", "reconcile"].map((role) => ARN("iam", `p-${role}-role`)),
          },
          Action: ["events:PutEvents"],
          Resource: [ARN("cloudwatch", "p-bus")],
          Condition: { StringEquals: { "events:source": "vod.pipeline" } },
        },
      ]);
    });
  });

  describe("ledger", () => {
    it("is on demand, encrypted, recoverable, with the keys and indexes of the contract", () => {
      assert.deepEqual(inputs("aws:dynamodb/table:Table", "p-ledger"), {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "pk",
        attributes: ["pk", "videoId", "created", "state", "updated", "outstanding", "due"].map((name) => ({
          name,
          type: "S",
        })),
        globalSecondaryIndexes: [
          { name: "byVideo", hashKey: "videoId", rangeKey: "created", projectionType: "ALL" },
          { name: "byState", hashKey: "state", rangeKey: "updated", projectionType: "ALL" },
          { name: "outstanding", hashKey: "outstanding", rangeKey: "due", projectionType: "ALL" },
        ],
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: KEY("data") },
        deletionProtectionEnabled: true,
        tags: { Project: "vod", Name: "p-ledger" },
      });
    });

    it("is protected unless told otherwise", async () => {
      const open = (await build({ protect: false })).one("aws:dynamodb/table:Table", "p-ledger");
      const kept = pipeline.one("aws:dynamodb/table:Table", "p-ledger");
      const { protect, retainOnDelete } = kept.options;
      assert.deepEqual([protect, retainOnDelete], [true, true]);
      assert.deepEqual(
        [open.options.protect, open.options.retainOnDelete, open.inputs.deletionProtectionEnabled],
        [undefined, undefined, false],
      );
    });
  });

  describe("MediaConvert", () => {
    it("has two queues on demand", () => {
      for (const name of ["p-default", "p-priority"]) {
        const { pricingPlan, status } = inputs("aws:mediaconvert/queue:Queue", name);
        assert.deepEqual([pricingPlan, status], ["ON_DEMAND", "ACTIVE"]);
      }
    });

    it("has a template that CloudFormation takes: settings of the pipeline's own code", () => {
      const { templateBody } = inputs("aws:cloudformation/stack:Stack", "p-template");
      assert.ok(templateBody.length < 51_200, "CloudFormation's limit for a body");
      const { Type, Properties } = json(templateBody).Resources.Template;
      assert.equal(Type, "AWS::MediaConvert::JobTemplate");
      assert.equal(Properties.Queue, ARN("mediaconvert", "p-default"));
      const [group] = Properties.SettingsJson.OutputGroups;
      const { Destination, DestinationSettings } = group.OutputGroupSettings.CmafGroupSettings;
      assert.equal(Destination, "s3://out/media/manual/");
      assert.deepEqual(DestinationSettings.S3Settings.Encryption, {
        EncryptionType: "SERVER_SIDE_ENCRYPTION_KMS",
        KmsKeyArn: KEY("media"),
      });
    });

    it("runs jobs with a role on two buckets and one key", () => {
      const role = inputs("aws:iam/role:Role", "p-job-role");
      assert.deepEqual(json(role.assumeRolePolicy).Statement[0], {
        Sid: "Assume",
        Effect: "Allow",
        Principal: { Service: "mediaconvert.amazonaws.com" },
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      });
      const { Statement } = json(inputs("aws:iam/rolePolicy:RolePolicy", "p-job-role-grants").policy);
      assert.deepEqual(
        Statement.map(({ Action, Resource }: { Action: string[]; Resource: string[] }) => [
          Action.join(),
          Resource.join(),
        ]),
        [
          ["s3:GetObject", "arn:aws:s3:::in/*"],
          ["s3:GetBucketLocation,s3:ListBucket", "arn:aws:s3:::in"],
          ["s3:PutObject", "arn:aws:s3:::out/media/*,arn:aws:s3:::out/captures/*"],
          ["kms:Decrypt,kms:GenerateDataKey", KEY("media")],
        ],
      );
    });
  });
});
