import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { admit, allow, allowEverywhere, policyDocument } from "../../lib/iam";
import type { CreatedFunction } from "../shared/function";
import { arnIn, policyJson, type Platform } from "../shared/platform";

export interface EndpointAccessSpec {
  platform: Platform;
  endpointId: pulumi.Input<string>;
  jobQueueArns: pulumi.Input<string>[];
  functions: Record<"ingest" | "track" | "reconcile", CreatedFunction>;
}

/**
 * What passes MediaConvert's endpoint: each function's calls, by its own role, on this stack's queues. Whoever else is to
 * call MediaConvert from the VPC is named here. It takes the place of the policy with which the network made the endpoint.
 */
export function createEndpointAccess(parent: pulumi.Resource, name: string, spec: EndpointAccessSpec): void {
  const { platform, endpointId, jobQueueArns, functions } = spec;
  const { ingest, track, reconcile } = functions;
  const by = (...callers: CreatedFunction[]) => ({ AWS: callers.map(({ role }) => role.arn) });
  const jobs = arnIn(platform, "mediaconvert", "jobs/*");
  const policy = policyDocument([
    admit(by(ingest), allowEverywhere("Probe", ["mediaconvert:Probe"])),
    admit(by(ingest), allow("CreateJobs", ["mediaconvert:CreateJob"], jobQueueArns)),
    admit(by(track, reconcile), allow("ReadJobs", ["mediaconvert:GetJob"], [jobs])),
    admit(by(reconcile), allow("ListJobs", ["mediaconvert:ListJobs"], jobQueueArns)),
  ]);
  new aws.ec2.VpcEndpointPolicy(
    `${name}-access`,
    { vpcEndpointId: endpointId, policy: policyJson(policy) },
    { parent },
  );
}
