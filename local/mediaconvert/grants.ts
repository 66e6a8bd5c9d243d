/**
 * Who calls, and whether the caller's policies allow it. The access key of the signature names the caller; the emulator's
 * IAM evaluates the policies. The signature itself is not verified: the server listens on the loopback interface, and the
 * keys are the emulator's.
 */
import { createHash } from "node:crypto";
import { GetAccessKeyLastUsedCommand, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { paginateListFunctions } from "@aws-sdk/client-lambda";
import { errorName, type Clients, type Cloud } from "./aws";
import { ServiceError } from "./errors";

/** "root": everything is allowed. Else the ARN of a user or role. */
export type Caller = "root" | { arn: string };

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

export class Grants {
  /** Roles by access key: they never change their key, a function with another role has another one. */
  private readonly roles = new Map<string, string>();

  constructor(
    private readonly clients: Pick<Clients, "iam" | "lambda">,
    private readonly cloud: Cloud,
  ) {}

  /** @throws ServiceError when the request is not signed or the key is nobody's */
  async caller(authorization: string | undefined): Promise<Caller> {
    const key = SIGNATURE.exec(authorization ?? "")?.[1];
    if (!key) throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
    if (key === this.cloud.rootKey.accessKeyId || key === this.cloud.account) return "root";
    const arn = (await this.user(key)) ?? this.roles.get(key) ?? (await this.role(key));
    if (arn) return { arn };
    throw new ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }

  private async user(key: string): Promise<string | undefined> {
    try {
      const { UserName } = await this.clients.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key }));
      return UserName ? `arn:aws:iam::${this.cloud.account}:user/${UserName}` : undefined;
    } catch (error) {
      if (errorName(error).startsWith("NoSuchEntity")) return undefined;
      throw error;
    }
  }

  private async role(key: string): Promise<string | undefined> {
    for await (const page of paginateListFunctions({ client: this.clients.lambda }, {})) {
      for (const { FunctionArn, Role } of page.Functions ?? []) {
        if (FunctionArn && Role) this.roles.set(functionKey(FunctionArn, Role), Role);
      }
    }
    return this.roles.get(key);
  }

  /** @throws ServiceError AccessDeniedException at the first need that is not granted */
  async require(caller: Caller, ...needs: Need[]): Promise<void> {
    if (caller === "root") return;
    for (const { action, resource, context = {} } of needs) {
      const { EvaluationResults } = await this.clients.iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: caller.arn,
          ActionNames: [action],
          ResourceArns: [resource],
          ContextEntries: Object.entries(context).map(([name, value]) => ({
            ContextKeyName: name,
            ContextKeyValues: [value],
            ContextKeyType: "string" as const,
          })),
        }),
      );
      if (EvaluationResults?.[0]?.EvalDecision === "allowed") continue;
      const because =
        EvaluationResults?.[0]?.EvalDecision === "explicitDeny" ? "an explicit deny" : "no policy allows it";
      throw new ServiceError(
        "AccessDeniedException",
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because ${because}`,
      );
    }
  }
}
