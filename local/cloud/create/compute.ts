/** Functions and what feeds them. */
import { resolve } from "node:path";
import * as lambda from "@aws-sdk/client-lambda";
import type { Clients } from "../clients.js";
import { type Creator, creator, orWhenThere, type Tags } from "../creator.js";
import { zipFolder } from "../zip.js";

const ROOT = resolve(__dirname, "../../..");

interface FunctionInputs {
  name: string;
  description?: string;
  runtime: lambda.Runtime;
  architectures?: lambda.Architecture[];
  handler: string;
  /** A file archive: its path is a promise inside Pulumi. */
  code: { path: string | Promise<string> };
  memorySize?: number;
  timeout?: number;
  role: string;
  kmsKeyArn?: string;
  tracingConfig?: { mode: lambda.TracingMode };
  loggingConfig?: { logFormat: lambda.LogFormat; logGroup?: string };
  environment?: { variables: Record<string, string> };
  /** The emulator takes subnets that it does not hold. */
  vpcConfig?: { subnetIds: string[]; securityGroupIds: string[] };
  tags?: Tags;
}

function configurationOf(inputs: FunctionInputs) {
  return {
    FunctionName: inputs.name,
    Description: inputs.description,
    Runtime: inputs.runtime,
    Handler: inputs.handler,
    MemorySize: inputs.memorySize,
    Timeout: inputs.timeout,
    Role: inputs.role,
    KMSKeyArn: inputs.kmsKeyArn,
    TracingConfig: inputs.tracingConfig && { Mode: inputs.tracingConfig.mode },
    LoggingConfig: inputs.loggingConfig && {
      LogFormat: inputs.loggingConfig.logFormat,
      LogGroup: inputs.loggingConfig.logGroup,
    },
    Environment: inputs.environment && { Variables: inputs.environment.variables },
    VpcConfig: {
      SubnetIds: inputs.vpcConfig?.subnetIds ?? [],
      SecurityGroupIds: inputs.vpcConfig?.securityGroupIds ?? [],
    },
  };
}

async function updateFunction(
  client: Clients["lambda"],
  configuration: ReturnType<typeof configurationOf>,
  code: { ZipFile: Uint8Array; Architectures?: lambda.Architecture[] },
): Promise<void> {
  const { FunctionName } = configuration;
  await client.send(new lambda.UpdateFunctionConfigurationCommand(configuration));
  await client.send(new lambda.UpdateFunctionCodeCommand({ FunctionName, ...code }));
}

const fn = creator<FunctionInputs>(async ({ lambda: client }, properties) => {
  const ZipFile = await zipFolder(resolve(ROOT, await properties.code.path));
  const configuration = configurationOf(properties);
  const { architectures: Architectures, tags: Tags } = properties;
  await orWhenThere(
    ["ResourceConflictException"],
    () => client.send(new lambda.CreateFunctionCommand({ ...configuration, Architectures, Tags, Code: { ZipFile } })),
    () => updateFunction(client, configuration, { ZipFile, Architectures }),
  );
});

interface MappingInputs {
  eventSourceArn: string;
  functionName: string;
  batchSize?: number;
  maximumBatchingWindowInSeconds?: number;
  functionResponseTypes?: lambda.FunctionResponseType[];
  scalingConfig?: { maximumConcurrency: number };
}

const mapping = creator<MappingInputs>(async ({ lambda: client }, properties) => {
  const settings = {
    FunctionName: properties.functionName,
    BatchSize: properties.batchSize,
    MaximumBatchingWindowInSeconds: properties.maximumBatchingWindowInSeconds,
    FunctionResponseTypes: properties.functionResponseTypes,
    ScalingConfig: properties.scalingConfig && { MaximumConcurrency: properties.scalingConfig.maximumConcurrency },
    Enabled: true,
  };
  const where = { EventSourceArn: properties.eventSourceArn, FunctionName: properties.functionName };
  const { EventSourceMappings = [] } = await client.send(new lambda.ListEventSourceMappingsCommand(where));
  const there = EventSourceMappings[0]?.UUID;
  const { UUID = "" } = there
    ? await client.send(new lambda.UpdateEventSourceMappingCommand({ UUID: there, ...settings }))
    : await client.send(new lambda.CreateEventSourceMappingCommand({ ...where, ...settings }));
  return { id: UUID, outputs: { uuid: UUID } };
});

interface TriesInputs {
  functionName: string;
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
}

const tries = creator<TriesInputs>(async ({ lambda: client }, properties) => {
  const settings = {
    FunctionName: properties.functionName,
    MaximumRetryAttempts: properties.maximumRetryAttempts,
    MaximumEventAgeInSeconds: properties.maximumEventAgeInSeconds,
  };
  await client.send(new lambda.PutFunctionEventInvokeConfigCommand(settings));
});

export const COMPUTE_CREATORS: Record<string, Creator> = {
  "aws:lambda/function:Function": fn,
  "aws:lambda/eventSourceMapping:EventSourceMapping": mapping,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": tries,
};
