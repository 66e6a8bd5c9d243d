import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { HandlerEnvironment, HandlerName } from "../../contracts/environment";
import { named } from "../../lib/tags";
import { createFunction, type CreatedFunction, type FunctionSpec } from "../shared/function";
import type { Platform } from "../shared/platform";

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

export interface HandlerSpec<Name extends HandlerName> extends Omit<FunctionSpec, "handler" | "size" | "variables"> {
  handler: Name;
  variables: HandlerVariables<Name>;
}

/** A function of the pipeline, of its size and with exactly the variables that its code reads. */
export const createHandler = <Name extends HandlerName>(
  parent: pulumi.Resource,
  prefix: string,
  spec: HandlerSpec<Name>,
): CreatedFunction => createFunction(parent, prefix, { ...spec, size: FUNCTION_SIZE[spec.handler] });

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
