import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { allow, allowEverywhere, serviceTrust, type Statement } from "../../lib/iam";
import { taskFamily } from "../../lib/names";
import { named } from "../../lib/tags";
import { createLogGroup } from "../shared/logGroup";
import type { Platform } from "../shared/platform";
import { createRole } from "../shared/role";
import type { DeployedImage } from "./images";
import { collector, pooler, SIDECAR_LIMITS, type PoolerVariables } from "./sidecars.plan";
import {
  containerDefinition,
  scratchVolume,
  TASK_SIZE,
  type ContainerPlan,
  type TaskName,
} from "./taskDefinition.plan";
import { serviceMemory } from "./taskSize.plan";

/** What a container adds to the common shape. */
export type ServiceContainer = Pick<
  ContainerPlan,
  "variables" | "command" | "secrets" | "listens" | "health" | "stopSeconds"
>;

/** A secret that ECS injects, with the key that opens it. */
export interface InjectedSecret {
  arn: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
}

export interface TaskSpec {
  platform: Platform;
  logsKeyArn: pulumi.Input<string>;
  service: TaskName;
  image: DeployedImage;
  container: ServiceContainer;
  /** The pooler beside the service. Undefined: no sidecars at all. */
  database?: { image: DeployedImage; variables: PoolerVariables };
  /** @default - none */
  secrets?: InjectedSecret[];
  /** What the running service may do, beside writing its traces. */
  grants: Statement[];
  /** Whether operators may open a session in its containers. */
  exec: boolean;
}

export interface CreatedTask {
  definition: aws.ecs.TaskDefinition;
  roleArn: pulumi.Output<string>;
}

/** Where the agent of a session writes, though nothing else of the root file system may be written to. */
const SESSION_FOLDERS = { "session-state": "/var/lib/amazon", "session-log": "/var/log/amazon" };

/** Pulls the images, opens the injected secrets and the log stream; the service itself holds another role. */
function executionGrants(spec: TaskSpec, logGroupArn: pulumi.Input<string>): Statement[] {
  const { image, database, secrets = [] } = spec;
  return [
    // The token belongs to the registry as a whole.
    allowEverywhere("SignInToRegistry", ["ecr:GetAuthorizationToken"]),
    allow(
      "PullImages",
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      [image, ...(database ? [database.image] : [])].map((each) => each.repositoryArn),
    ),
    allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logGroupArn}:*`]),
    ...secrets.flatMap(({ arn, keyArn }, index) => [
      allow(`ReadSecret${index}`, ["secretsmanager:GetSecretValue"], [arn]),
      allow(`OpenSecret${index}`, ["kms:Decrypt"], [keyArn]),
    ]),
  ];
}

/** What every container of a task with sidecars may do: they share one role. */
const taskGrants = ({ database, exec, grants }: TaskSpec): Statement[] => [
  ...grants,
  ...(database ? [allowEverywhere("WriteTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"])] : []),
  ...(exec
    ? [
        allowEverywhere("OpenSessions", [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]),
      ]
    : []),
];

function containersOf(spec: TaskSpec, logGroup: pulumi.Input<string>): ContainerPlan[] {
  const { service, image, container, database, platform, exec } = spec;
  const logs = { group: logGroup, region: platform.region };
  const sidecars = database
    ? [collector(platform.region, logs), pooler(database.image.uri, database.variables, logs)]
    : [];
  const own: ContainerPlan = {
    ...container,
    name: service,
    image: image.uri,
    logs,
    reservation: serviceMemory(TASK_SIZE[service], database ? SIDECAR_LIMITS : []),
    ...(database && {
      after: [
        { containerName: "otel", condition: "START" as const },
        { containerName: "pgbouncer", condition: "HEALTHY" as const },
      ],
    }),
    ...(exec && { writable: SESSION_FOLDERS }),
  };
  return [own, ...sidecars];
}

/** A task definition with its two roles and its log group. */
export function createTask(parent: pulumi.Resource, prefix: string, spec: TaskSpec): CreatedTask {
  const { platform, service } = spec;
  const name = `${prefix}-${service}`;
  const trust = serviceTrust("ecs-tasks.amazonaws.com", platform.accountId);
  const logs = createLogGroup(parent, prefix, platform, service, spec.logsKeyArn);
  const execution = createRole(parent, `${name}-execution-role`, {
    platform,
    description: `Starts the tasks of ${service}`,
    trust,
    grants: executionGrants(spec, logs.arn),
  });
  const task = createRole(parent, `${name}-task-role`, {
    platform,
    description: `What the service ${service} may do`,
    trust,
    grants: taskGrants(spec),
  });
  const containers = containersOf(spec, logs.name);
  const volumes = [
    ...containers.map((each) => scratchVolume(each.name)),
    ...(spec.exec ? Object.keys(SESSION_FOLDERS) : []),
  ];
  const definition = new aws.ecs.TaskDefinition(
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
      volumes: volumes.map((volume) => ({ name: volume })),
      containerDefinitions: pulumi.jsonStringify(containers.map(containerDefinition)),
      tags: named(platform.tags, `${name}-task`),
    },
    { parent, dependsOn: [execution.grants, task.grants] },
  );
  return { definition, roleArn: task.role.arn };
}
