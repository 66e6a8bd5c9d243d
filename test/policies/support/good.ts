/** A small stack that keeps every rule: the passing case of each, and what failing cases change. */
import { arn, doc, host, id, joined, nameOf, url, type Given } from "./given";
import { DATABASE } from "./goodDatabase";
import { FRONT } from "./goodFront";
import { WAF } from "./goodEdge";
import { NETWORK } from "./goodNetwork";
import { SEARCH } from "./goodSearch";
import { SERVICES } from "./goodServices";
import { STORAGE } from "./goodStorage";
import { ACCOUNT, allow, mine, plainText, policy, r, TAGS, tagged, trust } from "./parts";

const role = (name: string, trusted: unknown, ...statements: unknown[]): Given[] => [
  tagged("iam/role:Role", name, { assumeRolePolicy: trusted }),
  r("iam/rolePolicy:RolePolicy", `${name}-grants`, { role: id(name), policy: policy(...statements) }),
];

const ROLES: Given[] = [
  ...role(
    "job-role",
    trust("mediaconvert.amazonaws.com", mine),
    allow("Read", { Action: ["s3:GetObject"], Resource: [joined(arn("ingest"), "/*")] }),
    allow("Write", { Action: ["s3:PutObject"], Resource: [joined(arn("media"), "/media/*")] }),
    allow("Key", { Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: [arn("media-key")] }),
  ),
  ...role(
    "function-role",
    trust("lambda.amazonaws.com"),
    allow("Traces", { Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: ["*"] }),
    allow("Jobs", {
      Action: ["mediaconvert:GetJob"],
      Resource: [`arn:aws:mediaconvert:us-east-1:${ACCOUNT}:jobs/*`],
      Condition: { StringEquals: { "aws:SourceVpce": id("mediaconvert-endpoint") } },
    }),
    allow("Log", { Action: ["logs:PutLogEvents"], Resource: [joined(arn("ingest-log"), ":*")] }),
    allow("Pass", {
      Action: ["iam:PassRole"],
      Resource: [arn("job-role")],
      Condition: { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } },
    }),
  ),
  ...role(
    "replication-role",
    trust("s3.amazonaws.com"),
    allow("Copy", { Action: ["s3:ReplicateObject"], Resource: [joined(arn("replica"), "/*")] }),
  ),
  ...role(
    "execution-role",
    trust("ecs-tasks.amazonaws.com", mine),
    allow("Registry", { Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] }),
  ),
  ...role(
    "task-role",
    trust("ecs-tasks.amazonaws.com", mine),
    allow("Sign", { Action: ["kms:Sign"], Resource: [arn("signing-key")] }),
  ),
];

const sqs = (name: string, inputs: Given["inputs"], ...statements: unknown[]): Given[] => [
  tagged("sqs/queue:Queue", name, { kmsMasterKeyId: arn("data-key"), messageRetentionSeconds: 1_209_600, ...inputs }),
  r("sqs/queuePolicy:QueuePolicy", `${name}-policy`, {
    queueUrl: url(name),
    policy: policy(plainText("sqs:*"), ...statements),
  }),
];
const fromRule = (queue: string) =>
  allow("Rule", {
    Principal: { Service: "events.amazonaws.com" },
    Action: ["sqs:SendMessage"],
    Resource: [arn(queue)],
    Condition: { ArnEquals: { "aws:SourceArn": arn("jobs-rule") } },
  });
const alarm = (name: string, queue: string): Given =>
  tagged("cloudwatch/metricAlarm:MetricAlarm", name, {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: nameOf(queue) },
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    alarmActions: [arn("critical")],
  });

const MESSAGES: Given[] = [
  ...sqs(
    "work",
    {
      visibilityTimeoutSeconds: 1080,
      redrivePolicy: doc({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 5 }),
    },
    fromRule("work"),
  ),
  ...sqs("dead", {}),
  ...sqs("undelivered", {}, fromRule("undelivered")),
  r("sqs/redriveAllowPolicy:RedriveAllowPolicy", "dead-allow", {
    queueUrl: url("dead"),
    redriveAllowPolicy: doc({ redrivePermission: "byQueue", sourceQueueArns: [arn("work")] }),
  }),
  alarm("dead-alarm", "dead"),
  alarm("undelivered-alarm", "undelivered"),
  tagged("sns/topic:Topic", "critical", { kmsMasterKeyId: arn("data-key") }),
  r("sns/topicPolicy:TopicPolicy", "critical-policy", {
    arn: arn("critical"),
    policy: policy(
      plainText("sns:Publish"),
      allow("Alarms", {
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["sns:Publish"],
        Resource: [arn("critical")],
        Condition: mine,
      }),
    ),
  }),
  tagged("cloudwatch/eventBus:EventBus", "bus", {
    kmsKeyIdentifier: arn("data-key"),
    deadLetterConfig: { arn: arn("undelivered") },
  }),
  r("cloudwatch/eventBusPolicy:EventBusPolicy", "bus-policy", {
    eventBusName: nameOf("bus"),
    policy: policy(
      allow("Pipeline", {
        Principal: { AWS: [arn("function-role")] },
        Action: ["events:PutEvents"],
        Resource: [arn("bus")],
      }),
    ),
  }),
  tagged("cloudwatch/eventRule:EventRule", "jobs-rule", {
    eventPattern: doc({
      source: ["aws.mediaconvert"],
      detail: { queue: [arn("jobs")], status: ["PROGRESSING", "COMPLETE", "ERROR"] },
    }),
  }),
  tagged("cloudwatch/eventRule:EventRule", "ingest-rule", {
    eventPattern: doc({ source: ["aws.s3"], detail: { bucket: { name: [nameOf("ingest")] } } }),
  }),
  r("cloudwatch/eventTarget:EventTarget", "jobs-target", {
    rule: nameOf("jobs-rule"),
    arn: arn("work"),
    deadLetterConfig: { arn: arn("undelivered") },
  }),
  r("scheduler/schedule:Schedule", "reconcile-schedule", {
    scheduleExpression: "rate(5 minutes)",
    kmsKeyArn: arn("data-key"),
    target: {
      arn: arn("ingest-function"),
      roleArn: arn("function-role"),
      input: "{}",
      deadLetterConfig: { arn: arn("undelivered") },
    },
  }),
];

const COMPUTE: Given[] = [
  tagged("cloudwatch/logGroup:LogGroup", "ingest-log", {
    name: "/vod/dev/ingest",
    retentionInDays: 30,
    kmsKeyId: arn("data-key"),
  }),
  r("lambda/function:Function", "ingest-function", {
    tags: { ...TAGS, tier: "simple" },
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    memorySize: 512,
    timeout: 180,
    role: arn("function-role"),
    vpcConfig: { subnetIds: [id("app-a"), id("app-b")], securityGroupIds: [id("function-group")] },
    kmsKeyArn: arn("data-key"),
    tracingConfig: { mode: "Active" },
    loggingConfig: { logFormat: "JSON", logGroup: nameOf("ingest-log") },
    environment: { variables: { STACK: "dev", MEDIA_KEY_ARN: arn("media-key"), QUEUE_URL: url("work") } },
  }),
  tagged("lambda/eventSourceMapping:EventSourceMapping", "ingest-feed", {
    eventSourceArn: arn("work"),
    functionName: arn("ingest-function"),
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 5 },
  }),
  r("lambda/permission:Permission", "ingest-permission", {
    action: "lambda:InvokeFunction",
    function: nameOf("ingest-function"),
    principal: "events.amazonaws.com",
    sourceArn: arn("jobs-rule"),
  }),
  r("lambda/functionUrl:FunctionUrl", "ingest-url", {
    functionName: nameOf("ingest-function"),
    authorizationType: "AWS_IAM",
  }),
  tagged("dynamodb/table:Table", "ledger", {
    billingMode: "PAY_PER_REQUEST",
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true, kmsKeyArn: arn("data-key") },
    deletionProtectionEnabled: true,
  }),
  tagged("mediaconvert/queue:Queue", "jobs", { pricingPlan: "ON_DEMAND" }),
  tagged("cloudformation/stack:Stack", "template", { templateBody: doc(template()) }),
  tagged("ecs/cluster:Cluster", "cluster", { settings: [{ name: "containerInsights", value: "enhanced" }] }),
  r("ecs/clusterCapacityProviders:ClusterCapacityProviders", "capacity", {
    clusterName: nameOf("cluster"),
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
  }),
  tagged("ecs/taskDefinition:TaskDefinition", "api-task", {
    cpu: "512",
    memory: "1024",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: arn("execution-role"),
    taskRoleArn: arn("task-role"),
    containerDefinitions: doc([container()]),
  }),
];

function container() {
  return {
    name: "api",
    image: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/vod-api@sha256:${"a".repeat(64)}`,
    portMappings: [{ containerPort: 8080, hostPort: 8080 }],
    readonlyRootFilesystem: true,
    user: "1000",
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    environment: [
      { name: "STACK", value: "dev" },
      { name: "SIGNING_KEY_ID", value: id("signing-key") },
    ],
    logConfiguration: {
      logDriver: "awslogs",
      options: { mode: "non-blocking", "awslogs-group": nameOf("ingest-log") },
    },
  };
}

function template() {
  const destination = {
    S3Settings: { Encryption: { EncryptionType: "SERVER_SIDE_ENCRYPTION_KMS", KmsKeyArn: arn("media-key") } },
  };
  const rendition = (Height: number) => ({
    VideoDescription: { Height, CodecSettings: { Codec: "H_264", H264Settings: { RateControlMode: "QVBR" } } },
  });
  const cmaf = {
    OutputGroupSettings: {
      Type: "CMAF_GROUP_SETTINGS",
      CmafGroupSettings: {
        WriteHlsManifest: "ENABLED",
        WriteDashManifest: "ENABLED",
        DestinationSettings: destination,
      },
    },
    Outputs: [...[1080, 720, 480, 360].map(rendition), { AudioDescriptions: [{}] }],
  };
  const captures = {
    OutputGroupSettings: { Type: "FILE_GROUP_SETTINGS", FileGroupSettings: { DestinationSettings: destination } },
    Outputs: [{ VideoDescription: { CodecSettings: { Codec: "FRAME_CAPTURE" } } }],
  };
  const job = {
    Type: "AWS::MediaConvert::JobTemplate",
    Properties: { SettingsJson: { OutputGroups: [cmaf, captures] } },
  };
  return { Resources: { Template: job } };
}

const behavior = (pathPattern: string, targetOriginId: string, signed = false) => ({
  ...(pathPattern !== "*" && { pathPattern }),
  targetOriginId,
  viewerProtocolPolicy: "redirect-to-https",
  compress: true,
  cachePolicyId: id("cache-policy"),
  responseHeadersPolicyId: id("headers"),
  ...(signed && { trustedKeyGroups: [id("key-group")] }),
});
const origin = (originId: string, name: string) => ({
  originId,
  domainName: host(name),
  originAccessControlId: id("oac"),
});

const EDGE: Given[] = [
  r("cloudfront/originAccessControl:OriginAccessControl", "oac", {
    originAccessControlOriginType: "s3",
    signingBehavior: "always",
    signingProtocol: "sigv4",
  }),
  r("cloudfront/cachePolicy:CachePolicy", "cache-policy", {
    maxTtl: 31_536_000,
    parametersInCacheKeyAndForwardedToOrigin: { enableAcceptEncodingGzip: true, enableAcceptEncodingBrotli: true },
  }),
  r("cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "headers", {
    securityHeadersConfig: {
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
      contentTypeOptions: { override: true },
    },
  }),
  r("cloudfront/publicKey:PublicKey", "public-key", { encodedKey: "-----BEGIN PUBLIC KEY-----" }),
  r("cloudfront/keyGroup:KeyGroup", "key-group", { items: [id("public-key")] }),
  tagged("cloudfront/distribution:Distribution", "cdn", {
    enabled: true,
    defaultRootObject: "index.html",
    webAclId: arn("edge-acl"),
    aliases: ["video.example.com"],
    viewerCertificate: {
      acmCertificateArn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`,
      minimumProtocolVersion: "TLSv1.2_2021",
      sslSupportMethod: "sni-only",
    },
    origins: [origin("media", "media"), origin("replica", "replica"), origin("web", "web")],
    originGroups: [
      {
        originId: "media-group",
        failoverCriteria: { statusCodes: [500, 502, 503, 504] },
        members: [{ originId: "media" }, { originId: "replica" }],
      },
    ],
    orderedCacheBehaviors: [
      behavior("/media/*.m3u8", "media-group", true),
      behavior("/media/*", "media-group", true),
      behavior("/posters/*", "media-group"),
    ],
    defaultCacheBehavior: behavior("*", "web"),
  }),
  tagged("cloudwatch/logDeliverySource:LogDeliverySource", "cdn-log-source", {
    region: "us-east-1",
    logType: "ACCESS_LOGS",
    resourceArn: arn("cdn"),
    name: "vod-dev-cdn",
  }),
  tagged("cloudwatch/logDeliveryDestination:LogDeliveryDestination", "cdn-log-destination", {
    region: "us-east-1",
    name: "vod-dev-cdn",
    deliveryDestinationConfiguration: { destinationResourceArn: arn("logs") },
  }),
  tagged("cloudwatch/logDelivery:LogDelivery", "cdn-log", {
    region: "us-east-1",
    deliverySourceName: nameOf("cdn-log-source"),
    deliveryDestinationArn: arn("cdn-log-destination"),
  }),
];

export const GOOD: readonly Given[] = [
  ...STORAGE,
  ...NETWORK,
  ...ROLES,
  ...MESSAGES,
  ...COMPUTE,
  ...SERVICES,
  ...DATABASE,
  ...SEARCH,
  ...EDGE,
  ...WAF,
  ...FRONT,
];
