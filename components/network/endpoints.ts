import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { formatArn, partitionOf } from "../../lib/arn";
import { admit, allow, allowEverywhere, policyDocument, type PolicyDocument } from "../../lib/iam";
import { named } from "../../lib/tags";
import { arnIn, policyJson, type Platform } from "../shared/platform";
import type { Topology } from "./topology";

/** Reverse order of the host name (VPC User Guide, "Services that integrate with PrivateLink"). */
const serviceName = ({ region }: Platform, service: string): string =>
  `${partitionOf(region) === "aws-cn" ? "cn.com" : "com"}.amazonaws.${region}.${service}`;

interface GatewayEndpoints {
  s3: aws.ec2.VpcEndpoint;
  dynamodb: aws.ec2.VpcEndpoint;
}

/**
 * What may pass to S3: requests of this account's principals, and the image layers that ECR hands out by addresses it
 * has signed itself (Amazon ECR User Guide, "Interface VPC endpoints").
 */
function bucketAccess(platform: Platform): PolicyDocument {
  const partition = partitionOf(platform.region);
  const layers = formatArn({ partition, service: "s3", resource: `prod-${platform.region}-starport-layer-bucket/*` });
  const everything = formatArn({ partition, service: "s3", resource: "*" });
  const actions = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
  ];
  const own = { StringEquals: { "aws:PrincipalAccount": platform.accountId } };
  return policyDocument([
    { ...allow("PrincipalsOfTheAccount", actions, [everything], own), Principal: "*" },
    { ...allow("ImageLayers", ["s3:GetObject"], [layers]), Principal: "*" },
  ]);
}

function tableAccess(platform: Platform): PolicyDocument {
  const actions = [
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:TransactWriteItems",
    "dynamodb:UpdateItem",
  ];
  const own = { StringEquals: { "aws:PrincipalAccount": platform.accountId } };
  return policyDocument([
    { ...allow("PrincipalsOfTheAccount", actions, [arnIn(platform, "dynamodb", "table/*")], own), Principal: "*" },
  ]);
}

/** Free: S3 and DynamoDB by a route, without NAT. */
export function createGatewayEndpoints(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  { vpc, appTables }: Topology,
): GatewayEndpoints {
  const create = (service: string, policy: PolicyDocument): aws.ec2.VpcEndpoint =>
    new aws.ec2.VpcEndpoint(
      `${name}-${service}-endpoint`,
      {
        vpcId: vpc.id,
        serviceName: serviceName(platform, service),
        vpcEndpointType: "Gateway",
        routeTableIds: appTables.map(({ id }) => id),
        policy: policyJson(policy),
        tags: named(platform.tags, `${name}-${service}-endpoint`),
      },
      { parent },
    );
  return { s3: create("s3", bucketAccess(platform)), dynamodb: create("dynamodb", tableAccess(platform)) };
}

/**
 * What may pass to MediaConvert at first: the calls that the platform makes, by this account's principals. The pipeline,
 * which knows the roles and the queues, writes what holds.
 */
function transcoderAccess(platform: Platform): PolicyDocument {
  const account = { AWS: arnIn(platform, "iam", "root", "") };
  const jobs = ["mediaconvert:CancelJob", "mediaconvert:CreateJob", "mediaconvert:GetJob", "mediaconvert:ListJobs"];
  return policyDocument([
    admit(account, allow("Jobs", jobs, [arnIn(platform, "mediaconvert", "*")])),
    admit(account, allowEverywhere("Probe", ["mediaconvert:Probe"])),
  ]);
}

export interface InterfaceEndpointsSpec {
  platform: Platform;
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  /** Services beside MediaConvert, such as `ecr.api`. */
  services: string[];
  groups: { transcoder: pulumi.Input<string>; endpoints: pulumi.Input<string> };
}

/** Interface endpoints; MediaConvert's is always there, in a group of its own. */
export function createInterfaceEndpoints(
  parent: pulumi.Resource,
  name: string,
  { platform, vpcId, subnetIds, services, groups }: InterfaceEndpointsSpec,
): aws.ec2.VpcEndpoint {
  const create = (service: string, groupId: pulumi.Input<string>, policy?: PolicyDocument): aws.ec2.VpcEndpoint => {
    const role = `${service.replace(/\./g, "-")}-endpoint`;
    return new aws.ec2.VpcEndpoint(
      `${name}-${role}`,
      {
        vpcId,
        serviceName: serviceName(platform, service),
        vpcEndpointType: "Interface",
        subnetIds,
        securityGroupIds: [groupId],
        privateDnsEnabled: true,
        ...(policy && { policy: policyJson(policy) }),
        tags: named(platform.tags, `${name}-${role}`),
      },
      // Whoever knows the callers narrows the policy by a resource of its own.
      { parent, ...(policy && { ignoreChanges: ["policy"] }) },
    );
  };
  for (const service of services) create(service, groups.endpoints);
  return create("mediaconvert", groups.transcoder, transcoderAccess(platform));
}
