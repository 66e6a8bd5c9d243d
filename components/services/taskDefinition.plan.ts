/** Containers as data. Every default that ECS answers with is written out and lists are sorted: else each `up` replaces the definition. */
import type { Input } from "@pulumi/pulumi";
import { TARGET_PORT } from "./loadBalancer.plan";
import type { TaskSize } from "./taskSize.plan";

/** `nonroot` of the base images. */
const USER = "65532:65532";
/** Seconds between SIGTERM and SIGKILL of a service: as long as Spot gives notice, and the most that Fargate knows. */
export const STOP_SECONDS = 120;

/** What runs beside a sidecar and without: size of the task (Amazon ECS API Reference, RegisterTaskDefinition: pairs for Fargate). */
export const TASK_SIZE = {
  api: { cpu: 512, memory: 1024 },
  backoffice: { cpu: 512, memory: 1024 },
  worker: { cpu: 1024, memory: 2048 },
  migrate: { cpu: 256, memory: 512 },
} as const satisfies Record<string, TaskSize>;
export type TaskName = keyof typeof TASK_SIZE;

export interface HealthCheck {
  /** `CMD` and what to run; the container is healthy when that ends with 0. */
  command: string[];
  /** Seconds between two looks. */
  interval: number;
  /** Seconds after the start in which failures do not count. */
  startPeriod: number;
}

export interface ContainerPlan {
  name: string;
  image: Input<string>;
  /** Arguments of the image's entry point. @default - the image's own */
  command?: string[];
  variables: { [name: string]: Input<string> };
  /** Name → ARN of a secret or of one of its keys. @default - none */
  secrets?: { [name: string]: Input<string> };
  logs: { group: Input<string>; region: string };
  /** MB that are kept for the container. */
  reservation: number;
  /** MB beyond which it is killed. @default - the task's */
  limit?: number;
  /** Whether the task ends with it. @default true */
  essential?: boolean;
  /** @default - it listens to nobody outside the task */
  listens?: boolean;
  health?: HealthCheck;
  /** Containers that must have come so far before this one starts. */
  after?: { containerName: string; condition: "START" | "HEALTHY" }[];
  /** Folders beside /tmp that it may write to, by volume. */
  writable?: { [volume: string]: string };
  /** Seconds from SIGTERM to SIGKILL. */
  stopSeconds: number;
}

/** Volume of a container's /tmp. */
export const scratchVolume = (container: string): string => `${container}-tmp`;

const pairs = <Key extends string>(values: { [name: string]: Input<string> }, key: Key) =>
  Object.keys(values)
    .sort()
    .map((name) => ({ name, [key]: values[name] }));

/** Not root, nothing writable but /tmp, no capabilities, an init process, logs that never block it. */
export function containerDefinition(plan: ContainerPlan) {
  const { health, limit, secrets = {}, writable = {} } = plan;
  return {
    name: plan.name,
    image: plan.image,
    cpu: 0,
    ...(limit !== undefined && { memory: limit }),
    memoryReservation: plan.reservation,
    essential: plan.essential ?? true,
    user: USER,
    readonlyRootFilesystem: true,
    privileged: false,
    ...(plan.command && { command: plan.command }),
    environment: pairs(plan.variables, "value"),
    ...(Object.keys(secrets).length > 0 && { secrets: pairs(secrets, "valueFrom") }),
    ...(plan.after && { dependsOn: plan.after }),
    ...(health && { healthCheck: { ...health, timeout: 5, retries: 3 } }),
    // A volume of its own for each: containers of a task share what carries one name.
    mountPoints: Object.entries({ [scratchVolume(plan.name)]: "/tmp", ...writable }).map(
      ([sourceVolume, containerPath]) => ({
        sourceVolume,
        containerPath,
        readOnly: false,
      }),
    ),
    portMappings: plan.listens
      ? [{ name: "http", containerPort: TARGET_PORT, hostPort: TARGET_PORT, protocol: "tcp" }]
      : [],
    linuxParameters: { initProcessEnabled: true, capabilities: { add: [], drop: ["ALL"] } },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": plan.logs.group,
        "awslogs-region": plan.logs.region,
        "awslogs-stream-prefix": plan.name,
        mode: "non-blocking",
        "max-buffer-size": "4m",
      },
    },
    stopTimeout: plan.stopSeconds,
    systemControls: [],
    volumesFrom: [],
  };
}

/** In images without a shell, node asks. */
const byNode = (program: string): string[] => ["CMD", "/nodejs/bin/node", "-e", program];

/** `/health` asks no dependency: a database that is away must not end the tasks that wait for it. */
export const HTTP_HEALTH: HealthCheck = {
  command: byNode(
    `fetch("http://127.0.0.1:${TARGET_PORT}/health").then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`,
  ),
  interval: 30,
  startPeriod: 30,
};

/** Seconds. A look into the queue takes 20 s at most, a statement 30 s, and both are tried again after faults. */
const OLD_HEARTBEAT = 180;

/** The worker listens to nobody: it is healthy while it goes on touching its file. */
export const heartbeatHealth = (file: string): HealthCheck => ({
  command: byNode(
    `process.exit(Date.now()-require("fs").statSync(${JSON.stringify(file)}).mtimeMs<${OLD_HEARTBEAT * 1_000}?0:1)`,
  ),
  interval: 30,
  startPeriod: 60,
});
