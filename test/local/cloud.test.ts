import { strict as assert } from "node:assert";
import { GetBucketEncryptionCommand, GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { GetFunctionConfigurationCommand, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { DescribeContinuousBackupsCommand } from "@aws-sdk/client-dynamodb";
import { ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { runProgram } from "../../cli/program.js";
import { buildHandlers } from "../../handlers/build.js";
import { type Cloud, connectCloud } from "../../local/cloud/clients.js";
import { CREATED_TYPES, createIn, invokeIn, isCreated } from "../../local/cloud/create.js";
import { zipFolder } from "../../local/cloud/zip.js";
import { findMediaTools } from "../../local/ffmpeg.js";
import { freePort } from "../../local/launcher/ports.js";
import { type MediaConvert, startMediaConvert } from "../../local/mediaconvert/server.js";
import { MODELLED_TYPES } from "../../model/behaviours.js";
import type { ProgramRecord } from "../../model/record.js";
import { startTestEmulator, type TestEmulator, testVenv } from "../support/ministack.js";

/** What nothing here would ask the emulator for, by what stands for it. */
const SIMULATED: Record<string, string[]> = {
  "the local edge": [
    "aws:cloudfront/cachePolicy:CachePolicy",
    "aws:cloudfront/distribution:Distribution",
    "aws:cloudfront/keyGroup:KeyGroup",
    "aws:cloudfront/originAccessControl:OriginAccessControl",
    "aws:cloudfront/publicKey:PublicKey",
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    "aws:cloudfront/vpcOrigin:VpcOrigin",
    "aws:lb/listener:Listener",
    "aws:lb/listenerRule:ListenerRule",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
  ],
  "the services' processes": [
    "aws:appautoscaling/policy:Policy",
    "aws:appautoscaling/target:Target",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:ecr/repository:Repository",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    // AWS's own policies for what deploys the services.
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  ],
  "the local database": [
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    "aws:rds/eventSubscription:EventSubscription",
    "aws:rds/subnetGroup:SubnetGroup",
  ],
  "nothing: no code of ours calls them yet": [
    "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration",
    "aws:cognito/managedLoginBranding:ManagedLoginBranding",
    "aws:cognito/riskConfiguration:RiskConfiguration",
    "aws:cognito/userGroup:UserGroup",
    "aws:cognito/userPool:UserPool",
    "aws:cognito/userPoolClient:UserPoolClient",
    "aws:cognito/userPoolDomain:UserPoolDomain",
    "aws:elasticache/parameterGroup:ParameterGroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:elasticache/user:User",
    "aws:elasticache/userGroup:UserGroup",
    "aws:secretsmanager/secret:Secret",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
  ],
  "nothing: no traffic passes them and nobody reads their logs": [
    "aws:cloudwatch/logDelivery:LogDelivery",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
    "aws:cloudwatch/logDeliverySource:LogDeliverySource",
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
    "aws:wafv2/webAcl:WebAcl",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
  ],
};

describe("the program in the emulated cloud", () => {
  let emulator: TestEmulator;
  let mediaConvert: MediaConvert;
  let cloud: Cloud;
  let first: ProgramRecord;

  const create = async (): Promise<ProgramRecord> => {
    const { create: hook, failure } = createIn(cloud);
    const record = await runProgram({ stack: "dev", create: hook, invoke: invokeIn(cloud) });
    assert.equal(failure(), undefined);
    return record;
  };
  const one = (type: string, name: RegExp) => {
    const found = first.resources.filter((resource) => resource.type === type && name.test(resource.name));
    assert.equal(found.length, 1, `${found.length} resources ${type} ${String(name)}`);
    return found[0] as (typeof found)[0];
  };

  before(async function () {
    this.timeout(180_000);
    await buildHandlers();
    const port = await freePort();
    emulator = await startTestEmulator({ env: { AWS_ENDPOINT_URL_MEDIACONVERT: `http://127.0.0.1:${port}` } });
    mediaConvert = await startMediaConvert({
      cloud: {
        endpoint: emulator.url,
        region: "us-east-1",
        account: "000000000000",
        rootKey: { accessKeyId: "test", secretAccessKey: "test" },
      },
      tools: findMediaTools(testVenv()),
      directory: `${emulator.dir}/mediaconvert`,
      port,
    });
    cloud = connectCloud({ endpoint: emulator.url, mediaConvertEndpoint: mediaConvert.url, region: "us-east-1" });
    first = await create();
  });
  after(async () => {
    cloud.close();
    await mediaConvert.close();
    await emulator.stop();
  });

  it("creates every type of the program but what something else stands for", () => {
    const types = new Set(first.resources.filter(({ custom }) => custom).map(({ type }) => type));
    // Of the VPC it makes the way to MediaConvert alone: nothing here routes packets.
    const simulated = [...types].filter((type) => !isCreated(type) && !/^aws:(ec2|vpc)\//.test(type));
    assert.deepEqual(simulated.sort(), Object.values(SIMULATED).flat().sort());
    assert.deepEqual(
      CREATED_TYPES.filter((type) => !types.has(type)),
      [],
      "a creator that the program does not use",
    );
    assert.deepEqual(
      CREATED_TYPES.filter((type) => !MODELLED_TYPES.includes(type)),
      [],
    );
  });

  it("puts functions into the VPC, and MediaConvert behind its endpoint", async () => {
    const { lambda } = cloud.in();
    for (const [name, subnets] of [
      ["ingest", 2],
      ["track", 2],
      ["reconcile", 2],
      ["storyboard", 0],
    ] as const) {
      const FunctionName = String(one("aws:lambda/function:Function", new RegExp(`-${name}$`)).outputs.name);
      const { VpcConfig } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      assert.equal(VpcConfig?.SubnetIds?.length ?? 0, subnets, name);
    }
    const { endpoint } = JSON.parse(readFileSync(`${emulator.dir}/mediaconvert/state.json`, "utf8"));
    assert.equal(endpoint.id, one("aws:ec2/vpcEndpoint:VpcEndpoint", /-mediaconvert-endpoint$/).id);
  });

  it("keeps the settings as the program gave them", async () => {
    const { s3, queues, lambda, tables, events } = cloud.in();
    const Bucket = String(first.outputs.mediaBucket);
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const rule = encryption.ServerSideEncryptionConfiguration?.Rules?.[0];
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, "aws:kms");
    assert.equal(rule?.BucketKeyEnabled, true);
    const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    assert.match(Policy, /"DenyPlainText"/);

    const QueueUrl = String(first.outputs.ingestQueueUrl);
    const { Attributes } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    assert.equal(Attributes?.MessageRetentionPeriod, String(14 * 24 * 3600));
    assert.match(Attributes?.RedrivePolicy ?? "", /dead/);

    const fn = one("aws:lambda/function:Function", /-ingest$/);
    const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: fn.id ?? "" }));
    assert.equal(configuration.Runtime, "nodejs24.x");
    assert.deepEqual(configuration.Architectures, ["arm64"]);
    assert.equal(configuration.MemorySize, 512);
    assert.equal(configuration.Environment?.Variables?.INGEST_BUCKET, first.outputs.ingestBucket);

    const TableName = String(first.outputs.ledgerTable);
    const backups = await tables.send(new DescribeContinuousBackupsCommand({ TableName }));
    const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    assert.equal(recovery?.PointInTimeRecoveryStatus, "ENABLED");

    const target = one("aws:cloudwatch/eventTarget:EventTarget", /-ingest-target$/);
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: String(target.inputs.rule) }));
    assert.equal(Targets[0]?.DeadLetterConfig?.Arn, (target.inputs.deadLetterConfig as { arn: string }).arn);
  });

  it("gives the distribution the signing key's real public half", () => {
    const key = one("aws:cloudfront/publicKey:PublicKey", /./);
    const { asymmetricKeyDetails } = createPublicKey(String(key.inputs.encodedKey));
    assert.equal(asymmetricKeyDetails?.modulusLength, 2048);
  });

  it("says which resource could not be created, and what the service said", async () => {
    const broken = connectCloud({
      endpoint: emulator.url,
      mediaConvertEndpoint: mediaConvert.url,
      region: "us-east-1",
    });
    broken.in().iam.middlewareStack.add(() => () => Promise.reject(new Error("no more roles")), { step: "initialize" });
    const { create: hook, failure } = createIn(broken);
    await runProgram({ stack: "dev", create: hook, invoke: invokeIn(broken) });
    assert.match(
      failure()?.message ?? "",
      /^vod-\S+ \(aws:iam\/role:Role\) could not be created: Error: no more roles$/,
    );
    broken.close();
  }).timeout(60_000);

  it("a second start finds everything and makes nothing twice", async () => {
    const second = await create();
    assert.deepEqual(second.outputs, first.outputs);
    const fn = one("aws:lambda/function:Function", /-ingest$/);
    const mappings = await cloud.in().lambda.send(new ListEventSourceMappingsCommand({ FunctionName: fn.id ?? "" }));
    assert.equal(mappings.EventSourceMappings?.length, 1);
  }).timeout(60_000);

  it("zips the same files to the same bytes", async () => {
    const folder = ".local/build/handlers/track";
    assert.deepEqual(await zipFolder(folder), await zipFolder(folder));
  });
});
