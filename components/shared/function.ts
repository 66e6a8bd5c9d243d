import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { allow, allowEverywhere, functionTrust, type Statement } from "../../lib/iam";
import { named } from "../../lib/tags";
import { type FunctionNetwork, networkGrants } from "./functionNetwork";
import { createLogGroup } from "./logGroup";
import type { Platform } from "./platform";
import { createRole } from "./role";

export interface FunctionSpec {
  platform: Platform;
  /** Names the bundle, the log group and the service of the metrics. */
  handler: string;
  description: string;
  /** Folder that holds one folder of bundled code for each handler. */
  codePath: string;
  /** MB and seconds. */
  size: { memory: number; timeout: number };
  dataKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  variables: { [name: string]: pulumi.Input<string> };
  /** What it may do beside writing its log and its traces and opening its own variables. */
  grants: Statement[];
  /** Without one the function runs outside the VPC and reaches public endpoints alone. */
  network?: FunctionNetwork;
}

export interface CreatedFunction {
  fn: aws.lambda.Function;
  role: aws.iam.Role;
  grants: pulumi.Resource;
}

/** A function on Node 24 and arm64, with a role, a log group and traces of its own. */
export function createFunction(parent: pulumi.Resource, prefix: string, spec: FunctionSpec): CreatedFunction {
  const { platform, handler, network } = spec;
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
      ...(network ? networkGrants(platform, network) : []),
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
      memorySize: spec.size.memory,
      timeout: spec.size.timeout,
      role: role.arn,
      kmsKeyArn: spec.dataKeyArn,
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      ...(network && { vpcConfig: { subnetIds: network.subnetIds, securityGroupIds: [network.groupId] } }),
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
