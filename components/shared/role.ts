import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { policyDocument, type PolicyDocument, type Statement } from "../../lib/iam";
import { named } from "../../lib/tags";
import { policyJson, type Platform } from "./platform";

export interface RoleSpec {
  platform: Platform;
  description: string;
  trust: PolicyDocument;
  grants: Statement[];
  /**
   * Seconds of the longest session.
   * @default - IAM's own, an hour
   */
  maxSessionDuration?: number;
}

export interface CreatedRole {
  role: aws.iam.Role;
  /** Whoever uses the role waits for this: a role without its grants fails its first calls. */
  grants: aws.iam.RolePolicy;
}

/** A role with one inline policy: what it may do is read in one place and goes when it goes. */
export function createRole(parent: pulumi.Resource, name: string, spec: RoleSpec): CreatedRole {
  const role = new aws.iam.Role(
    name,
    {
      description: spec.description,
      assumeRolePolicy: policyJson(spec.trust),
      ...(spec.maxSessionDuration !== undefined && { maxSessionDuration: spec.maxSessionDuration }),
      tags: named(spec.platform.tags, name),
    },
    { parent },
  );
  const grants = new aws.iam.RolePolicy(
    `${name}-grants`,
    { role: role.id, policy: policyJson(policyDocument(spec.grants)) },
    { parent },
  );
  return { role, grants };
}
