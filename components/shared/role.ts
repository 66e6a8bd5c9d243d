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
  grants: pulumi.Resource;
}

/**
 * A role with one inline policy: what it may do is read in one place and goes when it goes. One without grants has no
 * policy: IAM refuses a document without statements.
 */
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
  if (spec.grants.length === 0) return { role, grants: role };
  const grants = new aws.iam.RolePolicy(
    `${name}-grants`,
    { role: role.id, policy: policyJson(policyDocument(spec.grants)) },
    { parent },
  );
  return { role, grants };
}
