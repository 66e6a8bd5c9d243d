/** VPC, its subnets, routes, gateways, walls and endpoints. */
import { createHash } from "node:crypto";
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { digest, physicalName } from "../naming";

/** `vpc-0` and 16 hexadecimal digits, as EC2 makes its ids. */
const identified =
  (prefix: string, path: string): Behaviour =>
  ({ urn }, context) => {
    const id = `${prefix}-0${digest(urn, 16)}`;
    return { id, outputs: { arn: arn(context, "ec2", `${path}/${id}`) } };
  };

/** An address of the network that is kept for documentation (RFC 5737). */
const publicIp = (urn: string): string => `203.0.113.${parseInt(digest(urn, 2), 16)}`;

const address: Behaviour = ({ urn }, context) => {
  const id = `eipalloc-0${digest(urn, 16)}`;
  const outputs = { allocationId: id, publicIp: publicIp(urn), arn: arn(context, "ec2", `elastic-ip/${id}`) };
  return { id, outputs };
};

/** The provider's own id: routes and associations have none in EC2. */
const route: Behaviour = ({ inputs }) => ({
  id: `r-${text(inputs.routeTableId)}${createHash("sha256").update(text(inputs.destinationCidrBlock)).digest("hex").slice(0, 10)}`,
  outputs: { state: "active" },
});

const association: Behaviour = ({ urn }) => ({ id: `rtbassoc-0${digest(urn, 16)}`, outputs: {} });

const endpoint: Behaviour = ({ urn, inputs }, context) => {
  const id = `vpce-0${digest(urn, 16)}`;
  return {
    id,
    outputs: {
      arn: arn(context, "ec2", `vpc-endpoint/${id}`),
      state: "available",
      ...(inputs.vpcEndpointType === "Gateway" && { prefixListId: `pl-${digest(urn, 8)}` }),
    },
  };
};

/** One policy an endpoint: the provider takes the endpoint's id. */
const endpointPolicy: Behaviour = ({ inputs }) => ({ id: text(inputs.vpcEndpointId), outputs: {} });

const group: Behaviour = (resource, context) => {
  const { id, outputs } = identified("sg", "security-group")(resource, context);
  return { id, outputs: { ...outputs, name: physicalName(resource) } };
};

/** The VPC's own: it has the name that EC2 gave it. */
const defaultGroup: Behaviour = (resource, context) => {
  const { id, outputs } = identified("sg", "security-group")(resource, context);
  return { id, outputs: { ...outputs, name: "default" } };
};

const nat: Behaviour = ({ urn }) => ({ id: `nat-0${digest(urn, 16)}`, outputs: { publicIp: publicIp(urn) } });

const rule: Behaviour = ({ urn }, context) => {
  const id = `sgr-0${digest(urn, 16)}`;
  return { id, outputs: { securityGroupRuleId: id, arn: arn(context, "ec2", `security-group-rule/${id}`) } };
};

const queryLog: Behaviour = (resource, context) => {
  const id = `rqlc-${digest(resource.urn, 16)}`;
  const outputs = {
    name: physicalName(resource, "name", 64),
    arn: arn(context, "route53resolver", `resolver-query-log-config/${id}`),
    ownerId: context.accountId,
    shareStatus: "NOT_SHARED",
  };
  return { id, outputs };
};

const queryLogUse: Behaviour = ({ urn }) => ({ id: `rqlca-${digest(urn, 16)}`, outputs: {} });

export const NETWORK: Record<string, Behaviour> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": defaultGroup,
  "aws:ec2/eip:Eip": address,
  "aws:ec2/flowLog:FlowLog": identified("fl", "vpc-flow-log"),
  "aws:ec2/internetGateway:InternetGateway": identified("igw", "internet-gateway"),
  "aws:ec2/natGateway:NatGateway": nat,
  "aws:ec2/networkAcl:NetworkAcl": identified("acl", "network-acl"),
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTable:RouteTable": identified("rtb", "route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": association,
  "aws:ec2/securityGroup:SecurityGroup": group,
  "aws:ec2/subnet:Subnet": identified("subnet", "subnet"),
  "aws:ec2/vpc:Vpc": identified("vpc", "vpc"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": endpointPolicy,
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": queryLog,
  "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": queryLogUse,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule,
};
