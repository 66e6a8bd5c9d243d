/** The network of the good stack. */
import { arn, id, type Given } from "./given";
import { ACCOUNT, allow, policy, r, tagged } from "./parts";

const rule = (ruleNo: number, cidrBlock: string, fromPort: number, toPort = fromPort) => ({
  ruleNo,
  action: "allow",
  protocol: "tcp",
  cidrBlock,
  fromPort,
  toPort,
});

const endpoint = (name: string, vpcEndpointType: string, more: Given["inputs"]): Given =>
  tagged("ec2/vpcEndpoint:VpcEndpoint", `${name}-endpoint`, {
    vpcId: id("vpc"),
    serviceName: `com.amazonaws.us-east-1.${name}`,
    vpcEndpointType,
    ...more,
  });

const calls = (...Action: string[]) =>
  policy(allow("Account", { Principal: { AWS: arn("function-role") }, Action, Resource: ["*"] }));

const TIERS: [tier: string, way?: Given["inputs"]][] = [
  ["public", { gatewayId: id("gateway") }],
  ["app", { natGatewayId: id("nat") }],
  ["data"],
];

const group = (name: string, description: string): Given =>
  tagged("ec2/securityGroup:SecurityGroup", name, { vpcId: id("vpc"), description });
const ingress = (name: string, to: string, from: string, port: number): Given =>
  tagged("vpc/securityGroupIngressRule:SecurityGroupIngressRule", name, {
    securityGroupId: id(to),
    referencedSecurityGroupId: id(from),
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
  });

export const NETWORK: Given[] = [
  tagged("ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16", enableDnsSupport: true, enableDnsHostnames: true }),
  tagged("ec2/flowLog:FlowLog", "flow-log", { vpcId: id("vpc"), trafficType: "ALL", logDestination: arn("logs") }),
  tagged("route53/resolverQueryLogConfig:ResolverQueryLogConfig", "query-log", { destinationArn: arn("logs") }),
  r("route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation", "query-log-use", {
    resolverQueryLogConfigId: id("query-log"),
    resourceId: id("vpc"),
  }),
  tagged("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default-group", {
    vpcId: id("vpc"),
    ingress: [],
    egress: [],
  }),
  ...TIERS.flatMap(([tier, way]) => [
    tagged("ec2/routeTable:RouteTable", `${tier}-routes`, { vpcId: id("vpc") }),
    ...(way
      ? [
          r("ec2/route:Route", `${tier}-way`, {
            routeTableId: id(`${tier}-routes`),
            destinationCidrBlock: "0.0.0.0/0",
            ...way,
          }),
        ]
      : []),
    ...["a", "b"].flatMap((zone) => [
      tagged("ec2/subnet:Subnet", `${tier}-${zone}`, {
        vpcId: id("vpc"),
        availabilityZone: `us-east-1${zone}`,
        mapPublicIpOnLaunch: false,
      }),
      r("ec2/routeTableAssociation:RouteTableAssociation", `${tier}-${zone}-use`, {
        routeTableId: id(`${tier}-routes`),
        subnetId: id(`${tier}-${zone}`),
      }),
    ]),
  ]),
  tagged("ec2/internetGateway:InternetGateway", "gateway", { vpcId: id("vpc") }),
  tagged("ec2/natGateway:NatGateway", "nat", { subnetId: id("public-a") }),
  tagged("rds/subnetGroup:SubnetGroup", "data-place", { subnetIds: [id("data-a"), id("data-b")] }),
  tagged("ec2/networkAcl:NetworkAcl", "data-acl", {
    vpcId: id("vpc"),
    subnetIds: [id("data-a"), id("data-b")],
    ingress: [rule(100, "10.0.0.0/18", 5432)],
    egress: [rule(100, "10.0.0.0/18", 1024, 65_535)],
  }),
  tagged("ec2/networkAcl:NetworkAcl", "network-acl", {
    vpcId: id("vpc"),
    subnetIds: [id("app-a"), id("app-b")],
    ingress: [rule(100, "0.0.0.0/0", 443), rule(110, "10.0.0.0/18", 1024, 65_535)],
    egress: [rule(100, "0.0.0.0/0", 443)],
  }),
  r("ec2/networkAclRule:NetworkAclRule", "network-acl-rule", {
    networkAclId: id("network-acl"),
    ruleNumber: 120,
    ruleAction: "deny",
    protocol: "-1",
    cidrBlock: "10.9.0.0/16",
  }),
  group("alb-group", "Load balancer"),
  group("data-group", "Database"),
  group("function-group", "Functions"),
  group("endpoint-group", "Endpoints"),
  group("idle-group", "Worn by nothing"),
  ingress("endpoint-in", "endpoint-group", "function-group", 443),
  tagged("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "alb-in", {
    securityGroupId: id("alb-group"),
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "0.0.0.0/0",
  }),
  ingress("data-in", "data-group", "alb-group", 5432),
  endpoint("mediaconvert", "Interface", {
    privateDnsEnabled: true,
    securityGroupIds: [id("endpoint-group")],
    policy: calls("mediaconvert:CreateJob"),
  }),
  endpoint("s3", "Gateway", {
    policy: policy(
      allow("Account", {
        Principal: "*",
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::*"],
        Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } },
      }),
      allow("Layers", {
        Principal: "*",
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"],
      }),
    ),
  }),
  r("ec2/vpcEndpointPolicy:VpcEndpointPolicy", "mediaconvert-access", {
    vpcEndpointId: id("mediaconvert-endpoint"),
    policy: calls("mediaconvert:CreateJob"),
  }),
];
