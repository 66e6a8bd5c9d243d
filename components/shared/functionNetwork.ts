import * as pulumi from "@pulumi/pulumi";
import { allow, allowEverywhere, deny, type Statement } from "../../lib/iam";
import { arnIn, type Platform } from "./platform";

/** Where a function stands when it must reach what is inside the VPC. */
export interface FunctionNetwork {
  /** Subnets of the app tier, one for each zone. */
  subnetIds: pulumi.Input<string[]>;
  /** Security group of functions. */
  groupId: pulumi.Input<string>;
}

/** What Lambda does with a function's role when it connects the function to a VPC. */
const INTERFACE_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DetachNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lambda makes and removes a function's network interfaces by the function's own role: in its subnets and with its group
 * only. Deletion is granted as the guide has it, one interface or all: EC2 makes up the ids. The function's own code gets
 * none of it: of its calls alone Lambda names the function (AWS Lambda Developer Guide, "Giving Lambda functions access
 * to resources in an Amazon VPC").
 */
export function networkGrants(platform: Platform, { subnetIds, groupId }: FunctionNetwork): Statement[] {
  const ec2 = (path: pulumi.Input<string>): pulumi.Output<string> => arnIn(platform, "ec2", path);
  const interfaces = ec2("network-interface/*");
  const places = pulumi.output(subnetIds).apply((ids) => pulumi.all(ids.map((id) => ec2(`subnet/${id}`))));
  const group = ec2(pulumi.interpolate`security-group/${groupId}`);
  const functions = arnIn(platform, "lambda", "function:*");
  return [
    allow("MakeInterfaces", ["ec2:CreateNetworkInterface"], [interfaces, group]),
    allow("MakeInterfacesInSubnets", ["ec2:CreateNetworkInterface"], places),
    allow("AddressInterfaces", ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"], [interfaces]),
    allow("RemoveInterfaces", ["ec2:DeleteNetworkInterface"], [ec2("*/*")]),
    allowEverywhere("FindInterfaces", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]),
    deny("NotByTheCode", INTERFACE_ACTIONS, { ArnLike: { "lambda:SourceFunctionArn": functions } }),
  ];
}
