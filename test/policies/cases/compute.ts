/** Cases of Lambda, logs, IAM, MediaConvert and ECS. */
import { add, arn, doc, drop, fails, passes, set, unset, type Case } from "../support/given";

const fn = "ingest-function";
const LAMBDA_CASES: Case[] = [
  fails("lambda-runtime", fn, "nodejs18.x", set(fn, "runtime", "nodejs18.x")),
  passes("lambda-runtime", "an image brings its own", set(fn, "packageType", "Image"), unset(fn, "runtime")),
  fails("lambda-arm64", fn, "x86_64, the default", unset(fn, "architectures")),
  fails("lambda-arm64", fn, "runs on x86_64", set(fn, "architectures", ["x86_64"])),
  fails("lambda-tracing", fn, "tracingConfig.mode unset", unset(fn, "tracingConfig")),
  fails("lambda-tracing", fn, "tracingConfig.mode PassThrough", set(fn, "tracingConfig.mode", "PassThrough")),
  fails("lambda-limits", fn, "timeout 901 s", set(fn, "timeout", 901)),
  fails("lambda-limits", fn, "memorySize 64 MB", set(fn, "memorySize", 64)),
  fails("lambda-limits", fn, "tier simple has 512 MB and 180 s", set(fn, "memorySize", 1024)),
  fails("lambda-limits", fn, "tier media has 1024 MB and 900 s", set(fn, "tags.tier", "media")),
  fails("lambda-limits", fn, "unknown tier · huge", set(fn, "tags.tier", "huge")),
  passes("lambda-limits", "any size without a tier", unset(fn, "tags.tier"), set(fn, "memorySize", 2048)),
  fails("lambda-no-env-secrets", fn, "DB_PASSWORD", set(fn, "environment.variables.DB_PASSWORD", "x")),
  fails("lambda-no-env-secrets", fn, "apiToken", set(fn, "environment.variables.apiToken", "x")),
  fails(
    "lambda-no-env-secrets",
    fn,
    "the value of DATABASE_URL",
    set(fn, "environment.variables.DATABASE_URL", "postgres://vod:hunter2@db:5432/vod"),
  ),
  fails(
    "lambda-no-env-secrets",
    fn,
    "the value of CLIENT",
    set(fn, "environment.variables.CLIENT", "AKIAIOSFODNN7EXAMPLE"),
  ),
  passes("lambda-no-env-secrets", "a key's ARN is no key", set(fn, "environment.variables.SIGNING_KEY_ID", "1234")),
  fails("lambda-env-encrypted", fn, "kmsKeyArn is not set", unset(fn, "kmsKeyArn")),
  passes("lambda-env-encrypted", "no variables", unset(fn, "kmsKeyArn"), unset(fn, "environment")),
  fails("lambda-log-group", fn, "no log group of ours", unset(fn, "loggingConfig.logGroup")),
  fails("lambda-log-group", fn, "logFormat Text", set(fn, "loggingConfig.logFormat", "Text")),
  fails(
    "lambda-permission-source",
    "ingest-permission",
    "on behalf of any account",
    unset("ingest-permission", "sourceArn"),
  ),
  fails("lambda-permission-source", "ingest-permission", "everybody", set("ingest-permission", "principal", "*")),
  fails("lambda-no-public-url", "ingest-url", "authorizationType NONE", set("ingest-url", "authorizationType", "NONE")),
  fails("lambda-partial-batch", "ingest-feed", "the whole batch", unset("ingest-feed", "functionResponseTypes")),
  fails(
    "lambda-partial-batch",
    "ingest-feed",
    "filterCriteria",
    set("ingest-feed", "filterCriteria", { filters: [{ pattern: "{}" }] }),
  ),
  fails("lambda-partial-batch", "ingest-feed", "maximumConcurrency is not set", unset("ingest-feed", "scalingConfig")),
  passes(
    "lambda-partial-batch",
    "a stream is no queue",
    set("ingest-feed", "eventSourceArn", "arn:aws:dynamodb:us-east-1:000000000000:table/x/stream/1"),
    unset("ingest-feed", "functionResponseTypes"),
  ),
];

const LOG_CASES: Case[] = [
  fails("log-group-retention-kms", "ingest-log", "retentionInDays 0", unset("ingest-log", "retentionInDays")),
  fails("log-group-retention-kms", "ingest-log", "retentionInDays 31", set("ingest-log", "retentionInDays", 31)),
  fails("log-group-retention-kms", "ingest-log", "kmsKeyId is not set", unset("ingest-log", "kmsKeyId")),
];

const grants = "function-role-grants";
const statement = (index: number, key: string): string => `policy.Statement.${index}.${key}`;
const policyResource = (...Statement: unknown[]) =>
  add("aws:iam/policy:Policy", "extra", { policy: doc({ Version: "2012-10-17", Statement }) });
const oidc = (Condition: unknown) =>
  set(
    "task-role",
    "assumeRolePolicy",
    doc({
      Statement: [
        {
          Sid: "Pipeline",
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition,
        },
      ],
    }),
  );
const subject = (value: string) => ({ StringLike: { "token.actions.githubusercontent.com:sub": value } });

const IAM_CASES: Case[] = [
  fails("iam-no-wildcard-action", grants, "logs:*", set(grants, statement(2, "Action"), ["logs:*"])),
  fails("iam-no-wildcard-action", grants, "s3:Get*", set(grants, statement(2, "Action"), "s3:Get*")),
  fails(
    "iam-no-wildcard-action",
    "extra",
    "NotAction",
    policyResource({ Effect: "Allow", NotAction: "iam:*", Resource: "x" }),
  ),
  passes(
    "iam-no-wildcard-action",
    "a denial may be wide",
    policyResource({ Effect: "Deny", Action: "*", Resource: "*" }),
  ),
  fails(
    "iam-no-wildcard-action",
    "task-role",
    "grants by wildcard · *",
    set("task-role", "inlinePolicies", [
      { policy: doc({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }) },
    ]),
  ),
  ...[
    "*",
    "arn:aws:s3:::*",
    "arn:aws:logs:us-east-1:000000000000:*",
    "arn:aws:logs:us-east-1:000000000000:log-group:*",
    "arn:aws:dynamodb:us-east-1:000000000000:table/*",
    "arn:aws:sqs:*:000000000000:vod-work",
  ].map((resource) =>
    fails(
      "iam-no-wildcard-resource",
      grants,
      `on every resource · ${resource}`,
      set(grants, statement(2, "Resource"), resource),
    ),
  ),
  fails(
    "iam-no-wildcard-resource",
    grants,
    "grants mediaconvert:CreateJob on every resource",
    set(grants, statement(1, "Action"), ["mediaconvert:GetJob", "mediaconvert:CreateJob"]),
  ),
  passes(
    "iam-no-wildcard-resource",
    "a prefix before the wildcard is narrow",
    set(grants, statement(2, "Resource"), "arn:aws:logs:us-east-1:000000000000:log-group:/vod/dev/*"),
  ),
  fails(
    "iam-pass-role",
    grants,
    "passes more than one role",
    set(grants, statement(3, "Resource"), ["arn:aws:iam::000000000000:role/vod-*"]),
  ),
  fails(
    "iam-pass-role",
    grants,
    "passes more than one role",
    set(grants, statement(3, "Resource"), [arn("job-role"), arn("task-role")]),
  ),
  fails("iam-pass-role", grants, "more than one service · any", unset(grants, statement(3, "Condition"))),
  fails(
    "iam-pass-role",
    grants,
    "more than one service · a.amazonaws.com, b.amazonaws.com",
    set(grants, statement(3, "Condition"), {
      StringEquals: { "iam:PassedToService": ["a.amazonaws.com", "b.amazonaws.com"] },
    }),
  ),
  fails("no-iam-users", "person", "aws:iam/user:User", add("aws:iam/user:User", "person")),
  fails("no-iam-users", "person", "aws:iam/accessKey:AccessKey", add("aws:iam/accessKey:AccessKey", "person")),
  fails(
    "iam-trust-conditions",
    "job-role",
    "mediaconvert.amazonaws.com",
    unset("job-role", "assumeRolePolicy.Statement.0.Condition"),
  ),
  fails(
    "iam-trust-conditions",
    "job-role",
    "lets everybody take the role",
    set("job-role", "assumeRolePolicy.Statement.0.Principal", { AWS: "*" }),
  ),
  fails(
    "iam-trust-conditions",
    "function-role",
    "a whole account take the role · arn:aws:iam::111111111111:root",
    set("function-role", "assumeRolePolicy.Statement.0.Principal", { AWS: "arn:aws:iam::111111111111:root" }),
  ),
  passes(
    "iam-trust-conditions",
    "an account with an external id",
    set("task-role", "assumeRolePolicy.Statement.0.Principal", { AWS: "111111111111" }),
    set("task-role", "assumeRolePolicy.Statement.0.Condition", { StringEquals: { "sts:ExternalId": "x" } }),
  ),
  fails(
    "iam-trust-conditions",
    "task-role",
    "any subject",
    oidc({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts" } }),
  ),
  fails("iam-trust-conditions", "task-role", "any subject", oidc(subject("repo:*"))),
  passes("iam-trust-conditions", "one repository and environment", oidc(subject("repo:vod/vod:environment:prod"))),
  fails(
    "iam-no-broad-policy",
    "attachment",
    "AdministratorAccess",
    add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment", {
      policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
  ),
  fails(
    "iam-no-broad-policy",
    "task-role",
    "AmazonS3FullAccess",
    set("task-role", "managedPolicyArns", ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]),
  ),
  passes(
    "iam-no-broad-policy",
    "a narrow one",
    set("task-role", "managedPolicyArns", ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]),
  ),
  fails("iam-session-hour", "task-role", "7200 s", set("task-role", "maxSessionDuration", 7200)),
];

const settings = (path: string): string => `templateBody.Resources.Template.Properties.SettingsJson.${path}`;
const group = (path: string): string => settings(`OutputGroups.0.${path}`);
const MEDIACONVERT_CASES: Case[] = [
  fails("no-reserved-queue", "jobs", "pricingPlan RESERVED", set("jobs", "pricingPlan", "RESERVED")),
  fails("no-reserved-queue", "jobs", "commitment", set("jobs", "reservationPlanSettings", { commitment: "ONE_YEAR" })),
  fails(
    "mediaconvert-job-role",
    "job-role",
    "jobs reach 3 buckets · ingest, media, web",
    set("job-role-grants", statement(1, "Resource"), [arn("media"), arn("web")]),
  ),
  fails(
    "mediaconvert-job-role",
    "job-role",
    "jobs use 2 keys · media-key, data-key",
    set("job-role-grants", statement(2, "Resource"), [arn("media-key"), arn("data-key")]),
  ),
  fails(
    "mediaconvert-job-role",
    "job-role",
    "sns:Publish",
    set("job-role-grants", statement(2, "Action"), ["kms:Decrypt", "sns:Publish"]),
  ),
  fails("mediaconvert-job-role", "job-role", "not in a policy of its own", drop("job-role-grants")),
  fails("mediaconvert-events", "jobs", "no event rule takes the end", drop("jobs-rule")),
  fails(
    "mediaconvert-events",
    "jobs",
    "no event rule takes the end",
    set("jobs-rule", "eventPattern.detail.status", ["COMPLETE"]),
  ),
  fails(
    "mediaconvert-events",
    "jobs",
    "no event rule takes the end",
    set("jobs-rule", "eventPattern.source", ["aws.s3"]),
  ),
  fails(
    "mediaconvert-events",
    "urgent",
    "no event rule takes the end",
    add("aws:mediaconvert/queue:Queue", "urgent", { tags: { Project: "vod", Stack: "dev", ManagedBy: "pulumi" } }),
  ),
  passes("mediaconvert-events", "a rule for every queue and status", unset("jobs-rule", "eventPattern.detail")),
  fails(
    "mediaconvert-template",
    "template",
    "separate groups double the bill · HLS_GROUP_SETTINGS",
    set("template", group("OutputGroupSettings.Type"), "HLS_GROUP_SETTINGS"),
  ),
  fails(
    "mediaconvert-template",
    "template",
    "a manifest is not written · WriteDashManifest",
    set("template", group("OutputGroupSettings.CmafGroupSettings.WriteDashManifest"), "DISABLED"),
  ),
  fails("mediaconvert-template", "template", "renditions are missing · 720", unset("template", group("Outputs.1"))),
  fails(
    "mediaconvert-template",
    "template",
    "RateControlMode CBR",
    set("template", group("Outputs.0.VideoDescription.CodecSettings.H264Settings.RateControlMode"), "CBR"),
  ),
  fails(
    "mediaconvert-template",
    "template",
    "outputs of FileGroupSettings are not under a key of ours",
    unset("template", settings("OutputGroups.1.OutputGroupSettings.FileGroupSettings.DestinationSettings")),
  ),
  passes(
    "mediaconvert-template",
    "other templates are not judged",
    set("template", "templateBody", doc({ Resources: { Other: { Type: "AWS::SNS::Topic" } } })),
  ),
  fails(
    "cloudformation-readable",
    "template",
    "templateUrl",
    set("template", "templateUrl", "https://example.com/t.json"),
  ),
  fails(
    "cloudformation-readable",
    "template",
    "no JSON with resources",
    set("template", "templateBody", "Resources:\n  A: 1"),
  ),
];

const inTask = (path: string): string => `containerDefinitions.0.${path}`;
const ECS_CASES: Case[] = [
  fails("fargate-pairs", "api-task", "cpu 512, memory 8192", set("api-task", "memory", "8192")),
  fails("fargate-pairs", "api-task", "cpu 300, memory 1024", set("api-task", "cpu", "300")),
  fails("fargate-pairs", "api-task", "cpu unset", unset("api-task", "cpu")),
  ...["256/512", "1024/2048", "4096/30720", "8192/20480", "16384/122880"].map((pair) => {
    const [cpu, memory] = pair.split("/");
    return passes("fargate-pairs", `${pair} is legal`, set("api-task", "cpu", cpu), set("api-task", "memory", memory));
  }),
  fails(
    "container-port-8080",
    "api-task",
    "api listens on 80",
    set("api-task", inTask("portMappings.0.containerPort"), 80),
  ),
  fails("container-port-8080", "api-task", "outside 80", set("api-task", inTask("portMappings.0.hostPort"), 80)),
  passes("container-port-8080", "a worker listens on nothing", unset("api-task", inTask("portMappings"))),
  fails("ecs-task-hardening", "api-task", "may write", unset("api-task", inTask("readonlyRootFilesystem"))),
  fails("ecs-task-hardening", "api-task", "runs as root · user unset", unset("api-task", inTask("user"))),
  fails("ecs-task-hardening", "api-task", "runs as root · user 0:0", set("api-task", inTask("user"), "0:0")),
  fails("ecs-task-hardening", "api-task", "privileged", set("api-task", inTask("privileged"), true)),
  fails(
    "ecs-task-hardening",
    "api-task",
    "keeps capabilities",
    set("api-task", inTask("linuxParameters.capabilities.add"), ["SYS_PTRACE"]),
  ),
  fails(
    "ecs-task-hardening",
    "api-task",
    "keeps capabilities",
    unset("api-task", inTask("linuxParameters.capabilities")),
  ),
  fails(
    "ecs-task-hardening",
    "api-task",
    "no init process",
    unset("api-task", inTask("linuxParameters.initProcessEnabled")),
  ),
  fails("ecs-task-isolated", "api-task", "networkMode bridge", set("api-task", "networkMode", "bridge")),
  fails("ecs-task-isolated", "api-task", "outside Fargate", set("api-task", "requiresCompatibilities", ["EC2"])),
  fails("ecs-task-isolated", "api-task", "pidMode", set("api-task", "pidMode", "task")),
  fails(
    "no-plain-secrets",
    "api-task",
    "api holds a secret in the clear · the name DB_SECRET",
    set("api-task", inTask("environment.2"), { name: "DB_SECRET", value: "x" }),
  ),
  fails(
    "no-plain-secrets",
    "api-task",
    "the value of DATABASE_URL",
    set("api-task", inTask("environment.2"), { name: "DATABASE_URL", value: "postgres://a:b@c/d" }),
  ),
  fails("ecs-logs", "api-task", "writes no log · none", unset("api-task", inTask("logConfiguration"))),
  fails(
    "ecs-logs",
    "api-task",
    "no log group of this stack",
    set("api-task", inTask("logConfiguration.options.awslogs-group"), "/somewhere/else"),
  ),
  fails("ecs-logs", "api-task", "waits for its log", unset("api-task", inTask("logConfiguration.options.mode"))),
  passes("ecs-logs", "FireLens", set("api-task", inTask("logConfiguration"), { logDriver: "awsfirelens" })),
  fails("ecs-image-digest", "api-task", "vod-api:latest", set("api-task", inTask("image"), "vod-api:latest")),
  fails("ecs-roles-apart", "api-task", "taskRoleArn", unset("api-task", "taskRoleArn")),
  fails(
    "ecs-roles-apart",
    "api-task",
    "one role serves both ends · task-role",
    set("api-task", "executionRoleArn", arn("task-role")),
  ),
  fails("ecs-container-insights", "cluster", "containerInsights unset", unset("cluster", "settings")),
  fails(
    "ecs-container-insights",
    "cluster",
    "containerInsights disabled",
    set("cluster", "settings.0.value", "disabled"),
  ),
  fails(
    "ecs-fargate-only",
    "capacity",
    "my-instances",
    set("capacity", "capacityProviders", ["FARGATE", "my-instances"]),
  ),
  fails("ecs-fargate-only", "capacity", "none", unset("capacity", "capacityProviders")),
];

export const computeCases: Case[] = [...LAMBDA_CASES, ...LOG_CASES, ...IAM_CASES, ...MEDIACONVERT_CASES, ...ECS_CASES];
