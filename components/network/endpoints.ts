import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { formatArn, partitionOf } from "../../lib/arn";
import { ENDPOINT_CALLS, ENDPOINT_SERVICES } from "../../lib/endpointCalls";
import { admit, allow, allowEverywhere, type Condition, policyDocument, type PolicyDocument } from "../../lib/iam";
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

/** This account's principals on this account's resources: what is taken out must not go to somebody else's bucket. */
const own = ({ accountId }: Platform): Condition => ({
  StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId },
});

/**
 * What may pass to S3: this account's principals to its buckets, and the image layers that ECR hands out by addresses it
 * has signed itself (Amazon ECR User Guide, "Interface VPC endpoints"). A gateway takes no other principal than everybody.
 */
function bucketAccess(platform: Platform): PolicyDocument {
  const partition = partitionOf(platform.region);
  const layers = formatArn({ partition, service: "s3", resource: `prod-${platform.region}-starport-layer-bucket/*` });
  const everything = formatArn({ partition, service: "s3", resource: "*" });
  const actions = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
  ];
  return policyDocument([
    { ...allow("PrincipalsOfTheAccount", actions, [everything], own(platform)), Principal: "*" },
    { ...allow("ImageLayers", ["s3:GetObject"], [layers]), Principal: "*" },
  ]);
}

function tableAccess(platform: Platform): PolicyDocument {
  // A transaction is granted by the actions in it (DynamoDB Developer Guide, "Using IAM with transactions").
  const actions = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
  ];
  const tables = arnIn(platform, "dynamodb", "table/*");
  return policyDocument([{ ...allow("PrincipalsOfTheAccount", actions, [tables], own(platform)), Principal: "*" }]);
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

/** What may pass to another service: the calls of `ENDPOINT_CALLS`, by this account's principals. */
function serviceAccess(platform: Platform, service: string): PolicyDocument {
  const calls = ENDPOINT_CALLS[service];
  if (!calls) throw new Error(`interface endpoint "${service}" → one of ${ENDPOINT_SERVICES.join(", ")}`);
  const account = { AWS: arnIn(platform, "iam", "root", "") };
  const { onOwn, free } = calls;
  const region = onOwn?.global ? "" : platform.region;
  const resources = onOwn && [arnIn(platform, onOwn.service, onOwn.resource, region)];
  return policyDocument([
    ...(onOwn && resources ? [admit(account, allow("OwnResources", onOwn.actions, resources))] : []),
    ...(free ? [admit(account, allowEverywhere("WithoutResource", free))] : []),
  ]);
}

export interface InterfaceEndpointsSpec {
  platform: Platform;
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  /** Services beside MediaConvert, of `ENDPOINT_SERVICES`. */
  services: string[];
  groups: { transcoder: pulumi.Input<string>; endpoints: pulumi.Input<string> };
}

/** Interface endpoints; MediaConvert's is always there, in a group of its own. */
export function createInterfaceEndpoints(
  parent: pulumi.Resource,
  name: string,
  { platform, vpcId, subnetIds, services, groups }: InterfaceEndpointsSpec,
): aws.ec2.VpcEndpoint {
  const create = (
    service: string,
    groupId: pulumi.Input<string>,
    policy: PolicyDocument,
    narrowed = false,
  ): aws.ec2.VpcEndpoint => {
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
        policy: policyJson(policy),
        tags: named(platform.tags, `${name}-${role}`),
      },
      // Whoever knows the callers narrows the policy by a resource of its own.
      { parent, ...(narrowed && { ignoreChanges: ["policy"] }) },
    );
  };
  for (const service of services) create(service, groups.endpoints, serviceAccess(platform, service));
  return create("mediaconvert", groups.transcoder, transcoderAccess(platform), true);
}
