/** The network of the good stack. */
import { arn, id, type Given } from "./given";
import { allow, policy, r, tagged } from "./parts";

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

export const NETWORK: Given[] = [
  tagged("ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16", enableDnsSupport: true, enableDnsHostnames: true }),
  tagged("ec2/flowLog:FlowLog", "flow-log", { vpcId: id("vpc"), trafficType: "ALL", logDestination: arn("logs") }),
  tagged("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default-group", {
    vpcId: id("vpc"),
    ingress: [],
    egress: [],
  }),
  tagged("ec2/subnet:Subnet", "subnet", { vpcId: id("vpc"), cidrBlock: "10.0.0.0/20", mapPublicIpOnLaunch: false }),
  tagged("ec2/networkAcl:NetworkAcl", "network-acl", {
    vpcId: id("vpc"),
    subnetIds: [id("subnet")],
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
  tagged("ec2/securityGroup:SecurityGroup", "alb-group", { vpcId: id("vpc"), description: "Load balancer" }),
  tagged("ec2/securityGroup:SecurityGroup", "data-group", { vpcId: id("vpc"), description: "Database" }),
  tagged("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "alb-in", {
    securityGroupId: id("alb-group"),
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "0.0.0.0/0",
  }),
  tagged("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "data-in", {
    securityGroupId: id("data-group"),
    ipProtocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
    referencedSecurityGroupId: id("alb-group"),
  }),
  endpoint("mediaconvert", "Interface", { privateDnsEnabled: true, policy: calls("mediaconvert:CreateJob") }),
  endpoint("s3", "Gateway", { policy: calls("s3:GetObject") }),
];
