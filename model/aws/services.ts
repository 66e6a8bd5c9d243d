/** Running services: their images, their scaling, policies attached to their roles. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { digest, physicalName } from "../naming";

const repository: Behaviour = (resource, context) => {
  // ECR knows lower case alone.
  const name = physicalName({ ...resource, name: resource.name.toLowerCase() });
  const { accountId, region, partition } = context;
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    id: name,
    outputs: {
      name,
      arn: arn(context, "ecr", `repository/${name}`),
      registryId: accountId,
      repositoryUrl: `${accountId}.dkr.ecr.${region}.${suffix}/${name}`,
    },
  };
};

const lastPart = (text: string): string => text.split("/").at(-1) ?? "";

const service: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  const serviceArn = arn(context, "ecs", `service/${lastPart(text(resource.inputs.cluster))}/${name}`);
  return { id: serviceArn, outputs: { name, arn: serviceArn } };
};

const target: Behaviour = ({ urn, inputs }, context) => ({
  id: text(inputs.resourceId),
  outputs: { arn: arn(context, "application-autoscaling", `scalable-target/${digest(urn, 32)}`) },
});

const policy: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  const { inputs, urn } = resource;
  const path = `scalingPolicy:${digest(urn, 32)}:resource/${text(inputs.serviceNamespace)}/${text(inputs.resourceId)}`;
  return { id: name, outputs: { name, arn: arn(context, "autoscaling", `${path}:policyName/${name}`), alarmArns: [] } };
};

const scheduledAction: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  const { inputs, urn } = resource;
  const path = `scheduledAction:${digest(urn, 32)}:resource/${text(inputs.serviceNamespace)}/${text(inputs.resourceId)}`;
  return { id: name, outputs: { name, arn: arn(context, "autoscaling", `${path}:scheduledActionName/${name}`) } };
};

export const SERVICES: Record<string, Behaviour> = {
  "aws:appautoscaling/policy:Policy": policy,
  "aws:appautoscaling/scheduledAction:ScheduledAction": scheduledAction,
  "aws:appautoscaling/target:Target": target,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": ({ inputs }) => ({ id: text(inputs.repository), outputs: {} }),
  "aws:ecr/repository:Repository": repository,
  "aws:ecs/service:Service": service,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ inputs }) => ({
    id: `${text(inputs.role)}/${text(inputs.policyArn)}`,
    outputs: {},
  }),
};
