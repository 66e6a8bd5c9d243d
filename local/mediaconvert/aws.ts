/** AWS clients of the emulator. The root key acts where the service itself would; a job's role acts on its objects. */
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { JobFailure } from "./errors";

export interface Cloud {
  /** URL of the emulator. */
  endpoint: string;
  region: string;
  account: string;
  rootKey: { accessKeyId: string; secretAccessKey: string };
}

export interface Clients {
  events: EventBridgeClient;
  iam: IAMClient;
  lambda: LambdaClient;
  sts: STSClient;
  /** By the root key. */
  s3: S3Client;
  /** By a session of the role, renewed before it ends. */
  s3As(roleArn: string, session: string): S3Client;
  close(): void;
}

export function connect({ endpoint, region, rootKey }: Cloud): Clients {
  const base = { endpoint, region, credentials: rootKey };
  const sts = new STSClient(base);
  const clients = {
    sts,
    events: new EventBridgeClient(base),
    iam: new IAMClient(base),
    lambda: new LambdaClient(base),
    s3: new S3Client({ ...base, forcePathStyle: true }),
  };
  return {
    ...clients,
    s3As: (roleArn, session) =>
      new S3Client({ endpoint, region, forcePathStyle: true, credentials: () => assume(sts, roleArn, session) }),
    close: () => Object.values(clients).forEach((client) => client.destroy()),
  };
}

/** @throws JobFailure 1433 when there is no such role, 1434 when it does not let the service assume it */
export async function requireRole({ iam, sts }: Clients, roleArn: string, session: string): Promise<void> {
  try {
    await iam.send(new GetRoleCommand({ RoleName: roleArn.split("/").at(-1) }));
    await assume(sts, roleArn, session);
  } catch (error) {
    if (errorName(error).startsWith("NoSuchEntity")) throw new JobFailure(1433, `The role ${roleArn} doesn't exist`);
    if (!errorName(error).startsWith("AccessDenied")) throw error;
    throw new JobFailure(1434, `The role ${roleArn} can't be assumed: its trust must name mediaconvert.amazonaws.com`);
  }
}

async function assume(sts: STSClient, roleArn: string, session: string) {
  const input = { RoleArn: roleArn, RoleSessionName: session };
  const { Credentials } = await sts.send(new AssumeRoleCommand(input));
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) throw new Error(`no credentials for ${roleArn}`);
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
    expiration: Credentials.Expiration,
  };
}

export const errorName = (error: unknown): string => (error instanceof Error ? error.name : "");
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
export const httpStatus = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
