/** Lambda, ECS, MediaConvert, CloudFormation. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { digest, physicalName } from "../naming";

/** Lambda limits a function's name to 64 characters (Lambda API reference, CreateFunction). */
const FUNCTION_NAME_LIMIT = 64;
/** CloudFormation API reference, CreateStack. */
const STACK_NAME_LIMIT = 128;

const lambdaFunction: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", FUNCTION_NAME_LIMIT);
  const functionArn = arn(context, "lambda", `function:${name}`);
  return {
    id: name,
    outputs: {
      name,
      arn: functionArn,
      qualifiedArn: `${functionArn}:$LATEST`,
      invokeArn: arn(context, "apigateway", `path/2015-03-31/functions/${functionArn}/invocations`, {
        accountId: "lambda",
      }),
      version: "$LATEST",
    },
  };
};

const eventSourceMapping: Behaviour = ({ urn }, context) => {
  const hex = digest(urn, 32);
  const uuid = [8, 4, 4, 4, 12]
    .reduce<{ parts: string[]; from: number }>(
      ({ parts, from }, size) => ({ parts: [...parts, hex.slice(from, from + size)], from: from + size }),
      { parts: [], from: 0 },
    )
    .parts.join("-");
  return { id: uuid, outputs: { uuid, arn: arn(context, "lambda", `event-source-mapping:${uuid}`) } };
};

const cluster: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  const clusterArn = arn(context, "ecs", `cluster/${name}`);
  return { id: clusterArn, outputs: { name, arn: clusterArn } };
};

const taskDefinition: Behaviour = (resource, context) => {
  const family = text(resource.inputs.family) || physicalName(resource, "family");
  return {
    id: family,
    outputs: {
      family,
      revision: 1,
      arn: arn(context, "ecs", `task-definition/${family}:1`),
      arnWithoutRevision: arn(context, "ecs", `task-definition/${family}`),
    },
  };
};

const jobQueue: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  return { id: name, outputs: { name, arn: arn(context, "mediaconvert", `queues/${name}`) } };
};

const stack: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", STACK_NAME_LIMIT);
  return {
    id: arn(context, "cloudformation", `stack/${name}/${digest(resource.urn, 12)}`),
    outputs: { name, outputs: {} },
  };
};

export const COMPUTE: Record<string, Behaviour> = {
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ({ inputs }) => ({
    id: text(inputs.functionName),
    outputs: {},
  }),
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:ecs/cluster:Cluster": cluster,
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ({ inputs }) => ({
    id: text(inputs.clusterName),
    outputs: {},
  }),
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition,
  "aws:mediaconvert/queue:Queue": jobQueue,
  "aws:cloudformation/stack:Stack": stack,
};
