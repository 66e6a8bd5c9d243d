import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { HandlerEnvironment, HandlerName } from "../../contracts/environment";
import { allow, allowEverywhere, functionTrust, type Statement } from "../../lib/iam";
import { named } from "../../lib/tags";
import { createLogGroup } from "../shared/logGroup";
import type { Platform } from "../shared/platform";
import { createRole } from "../shared/role";

/** MB and seconds of each function: 512 MB and 3 min, the one that handles pictures 1,024 MB and 15 min. */
export const FUNCTION_SIZE: Readonly<Record<HandlerName, { memory: number; timeout: number }>> = {
  ingest: { memory: 512, timeout: 180 },
  track: { memory: 512, timeout: 180 },
  storyboard: { memory: 1024, timeout: 900 },
  reconcile: { memory: 512, timeout: 180 },
};

/** The function's variables, each perhaps an output. */
export type HandlerVariables<Name extends HandlerName> = {
  [Variable in keyof HandlerEnvironment<Name>]: pulumi.Input<string>;
};

export interface FunctionSpec<Name extends HandlerName> {
  platform: Platform;
  handler: Name;
  description: string;
  /** Folder that holds one folder of bundled code for each handler. */
  codePath: string;
  dataKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  variables: HandlerVariables<Name>;
  /** What it may do beside writing its log and its traces and opening its own variables. */
  grants: Statement[];
}

export interface CreatedFunction {
  fn: aws.lambda.Function;
  role: aws.iam.Role;
  grants: aws.iam.RolePolicy;
}

/** A function on Node 24 and arm64, with a role, a log group and traces of its own. */
export function createFunction<Name extends HandlerName>(
  parent: pulumi.Resource,
  prefix: string,
  spec: FunctionSpec<Name>,
): CreatedFunction {
  const { platform, handler } = spec;
  const name = `${prefix}-${handler}`;
  const logs = createLogGroup(parent, prefix, platform, handler, spec.logsKeyArn);
  const { role, grants } = createRole(parent, `${name}-role`, {
    platform,
    description: `What the function ${handler} may do`,
    trust: functionTrust(),
    grants: [
      allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logs.arn}:*`]),
      // X-Ray knows no resources.
      allowEverywhere("WriteTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]),
      // Variables and messages are encrypted with it.
      allow("OpenData", ["kms:Decrypt"], [spec.dataKeyArn]),
      ...spec.grants,
    ],
  });
  const fn = new aws.lambda.Function(
    name,
    {
      description: spec.description,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.FileArchive(`${spec.codePath}/${handler}`),
      memorySize: FUNCTION_SIZE[handler].memory,
      timeout: FUNCTION_SIZE[handler].timeout,
      role: role.arn,
      kmsKeyArn: spec.dataKeyArn,
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      environment: {
        variables: {
          ...spec.variables,
          POWERTOOLS_SERVICE_NAME: handler,
          POWERTOOLS_METRICS_NAMESPACE: "vod",
          POWERTOOLS_LOG_LEVEL: "INFO",
        },
      },
      tags: named(platform.tags, name),
    },
    { parent, dependsOn: [grants, logs] },
  );
  return { fn, role, grants };
}

/** Feeds a function from a queue. Records that fail come back alone; `concurrency` is the most copies that run at once (2 to 1,000). */
export function feedFromQueue(
  parent: pulumi.Resource,
  prefix: string,
  platform: Platform,
  created: CreatedFunction,
  from: { role: string; queue: aws.sqs.Queue; batchSize: number; concurrency: number },
): void {
  const name = `${prefix}-${from.role}-feed`;
  new aws.lambda.EventSourceMapping(
    name,
    {
      eventSourceArn: from.queue.arn,
      functionName: created.fn.arn,
      batchSize: from.batchSize,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: from.concurrency },
      tags: named(platform.tags, name),
    },
    { parent, dependsOn: [created.grants] },
  );
}
