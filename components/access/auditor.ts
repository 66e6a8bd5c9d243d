import * as pulumi from "@pulumi/pulumi";
import { allow, policyDocument, type Condition, type PolicyDocument } from "../../lib/iam";
import { partitionOf } from "../../lib/arn";
import { logGroupPrefix } from "../../lib/names";
import { arnIn, type Platform } from "../shared/platform";
import { createRole } from "../shared/role";

export interface VodAuditorArgs {
  platform: Platform;
  /** Account whose roles may take this one: 12 digits. */
  accountId: string;
  /**
   * Word that the account must name, so that nobody lends its right to a third party unknowingly.
   * @default - none; then `organizationId` is needed
   */
  externalId?: string;
  /**
   * Organization that the caller must belong to, such as `o-a1b2c3d4e5`.
   * @default - any; then `externalId` is needed
   */
  organizationId?: string;
  /** Bucket of the access, connection and flow logs. */
  accessLogBucketArn: pulumi.Input<string>;
}

/** Seconds of a session, the shortest that a role can have as its longest. */
const SESSION = 3600;

/** @throws Error for a bad account id, and when nothing binds the caller. */
function checkCaller({ accountId, externalId, organizationId }: VodAuditorArgs): void {
  if (!/^\d{12}$/.test(accountId)) throw new Error(`accountId "${accountId}" is no account → give its 12 digits`);
  if (externalId === undefined && organizationId === undefined) {
    throw new Error(
      `account ${accountId} could be used by anybody whom it serves → give an externalId or an organizationId`,
    );
  }
}

function trustOf({ platform, accountId, externalId, organizationId }: VodAuditorArgs): PolicyDocument {
  const bounds: Condition = {
    StringEquals: {
      ...(externalId !== undefined && { "sts:ExternalId": externalId }),
      ...(organizationId !== undefined && { "aws:PrincipalOrgID": organizationId }),
    },
  };
  return policyDocument([
    {
      Sid: "TakenByAuditor",
      Effect: "Allow",
      Principal: { AWS: `arn:${partitionOf(platform.region)}:iam::${accountId}:root` },
      Action: ["sts:AssumeRole"],
      Condition: bounds,
    },
  ]);
}

/**
 * A role that people of another account take for an hour to look at this stack: its logs and the access logs, nothing
 * else, and nothing that changes anything. Which of its people may, the other account decides.
 *
 * Cost: none.
 * @throws Error for a bad account id, and when neither an external id nor an organization binds the caller.
 */
export class VodAuditor extends pulumi.ComponentResource {
  public readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: VodAuditorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodAuditor", name, args, opts);
    checkCaller(args);
    const { platform, accessLogBucketArn: bucket } = args;
    const groups = arnIn(platform, "logs", `log-group:${logGroupPrefix(platform.stack)}/*`);
    const { role } = createRole(this, `${name}-role`, {
      platform,
      description: "Looks at the logs of the stack, for another account",
      trust: trustOf(args),
      maxSessionDuration: SESSION,
      grants: [
        allow("ReadLogs", ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"], [groups]),
        allow("FindAccessLogs", ["s3:ListBucket"], [bucket]),
        allow("ReadAccessLogs", ["s3:GetObject"], [pulumi.interpolate`${bucket}/*`]),
      ],
    });
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
