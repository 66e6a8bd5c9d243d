/** Load balancer and user pools: what stands between the internet and the services. */
import { arn, text } from "../arn";
import type { Behaviour, ModelContext } from "../context";
import { digest, physicalName } from "../naming";

/** Elastic Load Balancing: names of balancers and target groups are at most 32 characters. */
const NAME_LIMIT = 32;
/** Route 53's zones of application load balancers (AWS General Reference, "Elastic Load Balancing endpoints"); the first for any other region. */
const ZONES: Readonly<Record<string, string>> = { "us-east-1": "Z35SXDOTRQ7X7K", "us-west-2": "Z1H1FL5HABSF5" };
const ZONE = "Z35SXDOTRQ7X7K";

const balancing = (context: ModelContext, path: string): string => arn(context, "elasticloadbalancing", path);
/** `app/<name>/<id>` of the balancer whose ARN this is. */
const pathOf = (balancerArn: unknown): string => text(balancerArn).split(":loadbalancer/")[1] ?? "";

const balancer: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", NAME_LIMIT);
  const arnSuffix = `app/${name}/${digest(resource.urn, 16)}`;
  const id = balancing(context, `loadbalancer/${arnSuffix}`);
  const number = parseInt(digest(resource.urn, 8), 16);
  const host = `${resource.inputs.internal === true ? "internal-" : ""}${name}-${number}`;
  const dnsName = `${host}.${context.region}.elb.amazonaws.com`;
  return { id, outputs: { name, arn: id, arnSuffix, dnsName, zoneId: ZONES[context.region] ?? ZONE } };
};

const targetGroup: Behaviour = (resource, context) => {
  const name = physicalName(resource, "name", NAME_LIMIT);
  const arnSuffix = `targetgroup/${name}/${digest(resource.urn, 16)}`;
  const id = balancing(context, arnSuffix);
  return { id, outputs: { name, arn: id, arnSuffix, loadBalancerArns: [] } };
};

const listener: Behaviour = ({ urn, inputs }, context) => {
  const id = balancing(context, `listener/${pathOf(inputs.loadBalancerArn)}/${digest(urn, 16)}`);
  return { id, outputs: { arn: id } };
};

const listenerRule: Behaviour = ({ urn, inputs }, context) => {
  const path = text(inputs.listenerArn).split(":listener/")[1] ?? "";
  const id = balancing(context, `listener-rule/${path}/${digest(urn, 16)}`);
  return { id, outputs: { arn: id } };
};

const userPool: Behaviour = (resource, context) => {
  const id = `${context.region}_${digest(resource.urn, 9)}`;
  const name = physicalName(resource, "name", 128);
  const endpoint = `cognito-idp.${context.region}.amazonaws.com/${id}`;
  return { id, outputs: { name, endpoint, arn: arn(context, "cognito-idp", `userpool/${id}`) } };
};

const poolClient: Behaviour = (resource) => ({
  id: digest(resource.urn, 26),
  outputs: { name: physicalName(resource, "name", 128) },
});

/** What belongs to a pool and has no id of its own. */
const ofPool: Behaviour = ({ inputs }) => ({ id: text(inputs.userPoolId), outputs: {} });

const group: Behaviour = (resource) => {
  const name = physicalName(resource, "name", 128);
  return { id: `${text(resource.inputs.userPoolId)}/${name}`, outputs: { name } };
};

const branding: Behaviour = ({ urn }) => {
  const hex = digest(urn, 32);
  const managedLoginBrandingId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)].join("-");
  return { id: managedLoginBrandingId, outputs: { managedLoginBrandingId } };
};

export const FRONT: Record<string, Behaviour> = {
  "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration": ofPool,
  "aws:cognito/managedLoginBranding:ManagedLoginBranding": branding,
  "aws:cognito/riskConfiguration:RiskConfiguration": ofPool,
  "aws:cognito/userGroup:UserGroup": group,
  "aws:cognito/userPool:UserPool": userPool,
  "aws:cognito/userPoolClient:UserPoolClient": poolClient,
  "aws:cognito/userPoolDomain:UserPoolDomain": ({ inputs }) => ({ id: text(inputs.domain), outputs: {} }),
  "aws:lb/listener:Listener": listener,
  "aws:lb/listenerRule:ListenerRule": listenerRule,
  "aws:lb/loadBalancer:LoadBalancer": balancer,
  "aws:lb/targetGroup:TargetGroup": targetGroup,
};
