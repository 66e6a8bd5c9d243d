import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { ServiceName } from "../../contracts/environment";
import { repositoryArn } from "../../lib/arn";
import { allow, allowEverywhere, serviceTrust, type Statement } from "../../lib/iam";
import { taskFamily } from "../../lib/names";
import { named } from "../../lib/tags";
import { createLogGroup } from "../shared/logGroup";
import type { Platform } from "../shared/platform";
import { createRole } from "../shared/role";
import { containerDefinition, SERVICE_PORT, TASK_SIZE, type ServiceVariables } from "./taskDefinition.plan";

export interface VodServicesArgs {
  platform: Platform;
  logsKeyArn: pulumi.Input<string>;
  /** Encrypts the queues. */
  dataKeyArn: pulumi.Input<string>;
  /** Image of the api in ECR, named by its digest. */
  apiImage: string;
  /** Image of the worker in ECR, named by its digest. */
  workerImage: string;
  /** Scheme and host that viewers see. */
  viewerOrigin: pulumi.Input<string>;
  /** Key that signs the viewers' cookies. */
  signingKeyId: pulumi.Input<string>;
  signingKeyArn: pulumi.Input<string>;
  /** Id of the key's public half at CloudFront. */
  keyPairId: pulumi.Input<string>;
  catalogueQueueUrl: pulumi.Input<string>;
  catalogueQueueArn: pulumi.Input<string>;
}

interface TaskSpec<Name extends ServiceName> {
  platform: Platform;
  service: Name;
  image: string;
  listens: boolean;
  logsKeyArn: pulumi.Input<string>;
  variables: ServiceVariables<Name>;
  /** What the running service may do. */
  grants: Statement[];
}

/** Pulls the image and opens the log stream; the service itself holds another role. */
const executionGrants = (image: string, logGroupArn: pulumi.Input<string>): Statement[] => [
  // The token belongs to the registry as a whole.
  allowEverywhere("SignInToRegistry", ["ecr:GetAuthorizationToken"]),
  allow(
    "PullImage",
    ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    [repositoryArn(image)],
  ),
  allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logGroupArn}:*`]),
];

/** A task definition with its two roles and its log group. Returns the ARN of the role that the running service holds. */
function createTask<Name extends ServiceName>(
  parent: pulumi.Resource,
  prefix: string,
  spec: TaskSpec<Name>,
): pulumi.Output<string> {
  const { platform, service, image, listens, variables } = spec;
  const name = `${prefix}-${service}`;
  const trust = serviceTrust("ecs-tasks.amazonaws.com", platform.accountId);
  const logs = createLogGroup(parent, prefix, platform, service, spec.logsKeyArn);
  const execution = createRole(parent, `${name}-execution-role`, {
    platform,
    description: `Starts the tasks of ${service}`,
    trust,
    grants: executionGrants(image, logs.arn),
  });
  const task = createRole(parent, `${name}-task-role`, {
    platform,
    description: `What the service ${service} may do`,
    trust,
    grants: spec.grants,
  });
  const container = containerDefinition({
    service,
    image,
    variables,
    logGroup: logs.name,
    region: platform.region,
    listens,
  });
  new aws.ecs.TaskDefinition(
    `${name}-task`,
    {
      family: taskFamily(platform.stack, service),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      cpu: String(TASK_SIZE[service].cpu),
      memory: String(TASK_SIZE[service].memory),
      executionRoleArn: execution.role.arn,
      taskRoleArn: task.role.arn,
      volumes: [{ name: "tmp" }],
      containerDefinitions: pulumi.jsonStringify([container]),
      tags: named(platform.tags, `${name}-task`),
    },
    { parent, dependsOn: [execution.grants, task.grants] },
  );
  return task.role.arn;
}

/** A cluster on Fargate; Spot is there for what can be interrupted, and nothing is on it by default. */
function createCluster(parent: pulumi.Resource, prefix: string, platform: Platform): aws.ecs.Cluster {
  const name = `${prefix}-cluster`;
  const cluster = new aws.ecs.Cluster(
    name,
    { settings: [{ name: "containerInsights", value: "enhanced" }], tags: named(platform.tags, name) },
    { parent },
  );
  new aws.ecs.ClusterCapacityProviders(
    `${name}-capacity`,
    {
      clusterName: cluster.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
    },
    { parent },
  );
  return cluster;
}

/**
 * Cluster, task definitions and roles of the services. The running services, their load balancer and their database join
 * with the network.
 *
 * Cost: nothing until a task runs.
 */
export class VodServices extends pulumi.ComponentResource {
  public readonly clusterName: pulumi.Output<string>;
  public readonly apiTaskRoleArn: pulumi.Output<string>;
  public readonly workerTaskRoleArn: pulumi.Output<string>;

  constructor(name: string, args: VodServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodServices", name, args, opts);
    const { platform, logsKeyArn } = args;
    const { stack } = platform;
    this.clusterName = createCluster(this, name, platform).name;
    this.apiTaskRoleArn = createTask(this, name, {
      platform,
      service: "api",
      image: args.apiImage,
      listens: true,
      logsKeyArn,
      variables: {
        STACK: stack,
        PORT: String(SERVICE_PORT),
        MEDIA_ORIGIN: args.viewerOrigin,
        SIGNING_KEY_ID: args.signingKeyId,
        KEY_PAIR_ID: args.keyPairId,
      },
      grants: [allow("SignCookies", ["kms:Sign"], [args.signingKeyArn])],
    });
    this.workerTaskRoleArn = createTask(this, name, {
      platform,
      service: "worker",
      image: args.workerImage,
      listens: false,
      logsKeyArn,
      variables: { STACK: stack, CATALOGUE_QUEUE_URL: args.catalogueQueueUrl },
      grants: [
        allow(
          "TakeMessages",
          ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
          [args.catalogueQueueArn],
        ),
        allow("OpenMessages", ["kms:Decrypt"], [args.dataKeyArn]),
      ],
    });
    this.registerOutputs({
      clusterName: this.clusterName,
      apiTaskRoleArn: this.apiTaskRoleArn,
      workerTaskRoleArn: this.workerTaskRoleArn,
    });
  }
}
