/**
 * Who calls, and whether the caller's policies allow it. The access key of the signature names the caller; the emulator's
 * IAM evaluates the policies. The signature itself is not verified: the server listens on the loopback interface, and the
 * keys are the emulator's.
 */
import { createHash } from "node:crypto";
import {
  GetAccessKeyLastUsedCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePolicyResponse,
} from "@aws-sdk/client-iam";
import { paginateListFunctions } from "@aws-sdk/client-lambda";
import { errorName, type Clients, type Cloud } from "./aws";
import { type Endpoint, lettingPass } from "./endpoint";
import { ServiceError } from "./errors";

/** "root": everything is allowed. Else the ARN of a user or role, and whether the call comes out of the VPC. */
export type Caller = "root" | { arn: string; inVpc: boolean };

export interface Need {
  action: string;
  resource: string;
  /** Condition keys that the service fills in. */
  context?: Record<string, string>;
}

const SIGNATURE = /^AWS4-HMAC-SHA256 Credential=([\w+=,.@-]+)\/\d{8}\//;

/** The emulator's key for a session of a function's role (MiniStack, core/lambda_runtime.py, execution_credentials). */
export const functionKey = (functionArn: string, roleArn: string): string =>
  `ASIA${createHash("sha256").update(`${functionArn}:${roleArn}`).digest("hex").slice(0, 16).toUpperCase()}`;

const isAllowed = ({ EvaluationResults }: SimulatePolicyResponse): boolean =>
  EvaluationResults?.[0]?.EvalDecision === "allowed";

export class Grants {
  /** Functions in the VPC, by access key. They never change their key: a function with another role has another one. */
  private readonly inVpc = new Map<string, Caller>();

  constructor(
    private readonly clients: Pick<Clients, "iam" | "lambda">,
    private readonly cloud: Cloud,
    /** The VPC's endpoint, when there is one. */
    private readonly endpoint: () => Endpoint | undefined,
  ) {}

  /** @throws ServiceError when the request is not signed or the key is nobody's */
  async caller(authorization: string | undefined): Promise<Caller> {
    const key = SIGNATURE.exec(authorization ?? "")?.[1];
    if (!key) throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
    if (key === this.cloud.rootKey.accessKeyId || key === this.cloud.account) return "root";
    const caller = (await this.user(key)) ?? this.inVpc.get(key) ?? (await this.function(key));
    if (caller) return caller;
    throw new ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }

  private async user(key: string): Promise<Caller | undefined> {
    try {
      const { UserName } = await this.clients.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key }));
      return UserName ? { arn: `arn:aws:iam::${this.cloud.account}:user/${UserName}`, inVpc: false } : undefined;
    } catch (error) {
      if (errorName(error).startsWith("NoSuchEntity")) return undefined;
      throw error;
    }
  }

  /** The role of the function with this key. One that stands outside the VPC may be moved into it: it is not kept. */
  private async function(key: string): Promise<Caller | undefined> {
    let outside: Caller | undefined;
    for await (const page of paginateListFunctions({ client: this.clients.lambda }, {})) {
      for (const { FunctionArn, Role, VpcConfig } of page.Functions ?? []) {
        if (!FunctionArn || !Role) continue;
        const own = functionKey(FunctionArn, Role);
        if (VpcConfig?.SubnetIds?.length) this.inVpc.set(own, { arn: Role, inVpc: true });
        else if (own === key) outside = { arn: Role, inVpc: false };
      }
    }
    return this.inVpc.get(key) ?? outside;
  }

  /** @throws ServiceError AccessDeniedException at the first need that is not granted */
  async require(caller: Caller, ...needs: Need[]): Promise<void> {
    if (caller === "root") return;
    for (const need of needs) {
      const own = need.action.startsWith("mediaconvert:");
      const endpoint = own && caller.inVpc ? this.endpoint() : undefined;
      await this.requireGrant(caller.arn, need, endpoint?.id);
      if (endpoint) await this.requirePassage(caller.arn, need, endpoint);
    }
  }

  private async requireGrant(arn: string, { action, resource, context = {} }: Need, endpointId?: string) {
    const entries = { ...context, ...(endpointId && { "aws:SourceVpce": endpointId }) };
    const reply = await this.clients.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: arn,
        ActionNames: [action],
        ResourceArns: [resource],
        ContextEntries: Object.entries(entries).map(([name, value]) => ({
          ContextKeyName: name,
          ContextKeyValues: [value],
          ContextKeyType: "string" as const,
        })),
      }),
    );
    if (isAllowed(reply)) return;
    const denied = reply.EvaluationResults?.[0]?.EvalDecision === "explicitDeny";
    throw refused(arn, action, resource, denied ? "an explicit deny" : "no policy allows it");
  }

  private async requirePassage(arn: string, { action, resource }: Need, endpoint: Endpoint): Promise<void> {
    const policy = lettingPass(endpoint, arn);
    const input = { ActionNames: [action], ResourceArns: [resource] };
    if (policy) {
      const command = new SimulateCustomPolicyCommand({ ...input, PolicyInputList: [policy] });
      if (isAllowed(await this.clients.iam.send(command))) return;
    }
    throw refused(arn, action, resource, `no VPC endpoint policy of ${endpoint.id} allows it`);
  }
}

const refused = (arn: string, action: string, resource: string, because: string): ServiceError =>
  new ServiceError(
    "AccessDeniedException",
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because ${because}`,
  );
