/** What runs beside each service: the pooler of its database connections, and the collector of its traces. */
import type { Input } from "@pulumi/pulumi";
import type { ServiceEnvironment } from "../../contracts/environment";
import type { ContainerPlan } from "./taskDefinition.plan";

type Logs = ContainerPlan["logs"];

/** MB. PgBouncer takes 2 KB for an idle client; the program that renews its password is node, 60 MB measured. */
const POOLER_MEMORY = { reservation: 96, limit: 128 };
/** MB. The collector refuses new spans before it reaches its limit. */
const COLLECTOR_MEMORY = { reservation: 64, limit: 128 };
/** MB that the sidecars may take at most. */
export const SIDECAR_LIMITS = [POOLER_MEMORY.limit, COLLECTOR_MEMORY.limit];

/** Seconds: a sidecar stops after its service, when nobody uses it any more. */
const STOP_SECONDS = 30;

/** AWS Distro for OpenTelemetry Collector v0.43.3, its index of platforms, from the Amazon ECR Public Gallery. */
export const COLLECTOR_IMAGE =
  "public.ecr.aws/aws-observability/aws-otel-collector@sha256:8aa9ea5f67b8d318f7d6af24677e3c70f7098bc0631147cb5fa91addbe980b06";

/** OTLP inside the task only; to X-Ray in batches. JSON is YAML, which the collector takes from its environment. */
function collectorConfig(region: string): string {
  return JSON.stringify({
    extensions: { health_check: { endpoint: "127.0.0.1:13133" } },
    receivers: {
      otlp: { protocols: { grpc: { endpoint: "127.0.0.1:4317" }, http: { endpoint: "127.0.0.1:4318" } } },
    },
    processors: {
      memory_limiter: { check_interval: "1s", limit_mib: 96, spike_limit_mib: 24 },
      resourcedetection: { detectors: ["env", "ecs"], timeout: "2s", override: false },
      batch: { timeout: "5s", send_batch_size: 256 },
    },
    exporters: { awsxray: { region, indexed_attributes: ["otel.resource.service.name"] } },
    service: {
      extensions: ["health_check"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "resourcedetection", "batch"],
          exporters: ["awsxray"],
        },
      },
      telemetry: { logs: { level: "warn" } },
    },
  });
}

export function pooler(image: Input<string>, variables: PoolerVariables, logs: Logs): ContainerPlan {
  return {
    name: "pgbouncer",
    image,
    variables,
    logs,
    ...POOLER_MEMORY,
    health: { command: ["CMD", "node", "/app/main.js", "--check"], interval: 10, startPeriod: 30 },
    stopSeconds: STOP_SECONDS,
  };
}

export type PoolerVariables = { [Name in keyof ServiceEnvironment<"pgbouncer">]: Input<string> };

/** Traces are worth less than the service: the task lives on when the collector dies. */
export function collector(region: string, logs: Logs): ContainerPlan {
  return {
    name: "otel",
    image: COLLECTOR_IMAGE,
    variables: { AOT_CONFIG_CONTENT: collectorConfig(region) },
    logs,
    ...COLLECTOR_MEMORY,
    essential: false,
    health: { command: ["CMD", "/healthcheck"], interval: 30, startPeriod: 15 },
    stopSeconds: STOP_SECONDS,
  };
}
