/** Task definitions as data. Every default that ECS answers with is written out and lists are sorted: else each `up` replaces the definition. */
import type { Input } from "@pulumi/pulumi";
import { SERVICE_ENVIRONMENT, type ServiceEnvironment, type ServiceName } from "../../contracts/environment";

/** vCPU units and MB of each service, with what its sidecars will need (Amazon ECS API, RegisterTaskDefinition: pairs for Fargate). */
export const TASK_SIZE: Readonly<Record<ServiceName, { cpu: number; memory: number }>> = {
  api: { cpu: 512, memory: 1024 },
  worker: { cpu: 1024, memory: 2048 },
};

/** Port of every service in the cloud. */
export const SERVICE_PORT = 8080;
/** Seconds between SIGTERM and SIGKILL: as long as Spot gives notice. */
const STOP_SECONDS = 120;
/** `nonroot` of the base image. */
const USER = "65532:65532";

export type ServiceVariables<Name extends ServiceName> = {
  [Variable in keyof ServiceEnvironment<Name>]: Input<string>;
};

export interface ContainerPlan<Name extends ServiceName> {
  service: Name;
  image: string;
  variables: ServiceVariables<Name>;
  logGroup: Input<string>;
  region: string;
  /** Whether it listens: the worker only takes messages. */
  listens: boolean;
}

/** The one container of a service: not root, nothing writable but /tmp, no capabilities, an init process, logs that never block it. */
export function containerDefinition<Name extends ServiceName>(plan: ContainerPlan<Name>) {
  const names: readonly (keyof ServiceVariables<Name>)[] = [...SERVICE_ENVIRONMENT[plan.service]].sort();
  return {
    name: plan.service,
    image: plan.image,
    cpu: 0,
    essential: true,
    user: USER,
    readonlyRootFilesystem: true,
    privileged: false,
    environment: names.map((name) => ({ name, value: plan.variables[name] })),
    mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
    portMappings: plan.listens
      ? [{ name: "http", containerPort: SERVICE_PORT, hostPort: SERVICE_PORT, protocol: "tcp" }]
      : [],
    linuxParameters: { initProcessEnabled: true, capabilities: { add: [], drop: ["ALL"] } },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": plan.logGroup,
        "awslogs-region": plan.region,
        "awslogs-stream-prefix": plan.service,
        mode: "non-blocking",
        "max-buffer-size": "4m",
      },
    },
    stopTimeout: STOP_SECONDS,
    systemControls: [],
    volumesFrom: [],
  };
}
