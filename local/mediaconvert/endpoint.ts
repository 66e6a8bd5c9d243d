/**
 * The VPC's interface endpoint, as far as this service sees it: its id, which grants ask for (`aws:SourceVpce`), and its
 * policy, which every call out of the VPC meets beside the caller's own. There is one VPC here, and so one endpoint.
 */
import { badRequest } from "./errors";

export interface Endpoint {
  id: string;
  statements: PassageStatement[];
}

interface PassageStatement {
  Effect: string;
  Principal: "*" | { AWS: string | string[] };
  Action: string | string[];
  Resource: string | string[];
}

const list = (value: string | string[]): string[] => (typeof value === "string" ? [value] : value);

/** @throws ServiceError BadRequestException for what is no endpoint with a policy. */
export function readEndpoint(body: Record<string, unknown>): Endpoint {
  const { id, policy } = body;
  if (typeof id !== "string" || !/^vpce-[0-9a-f]+$/.test(id))
    throw badRequest(`/id: ${String(id)} is no endpoint's id`);
  const { Statement } = (typeof policy === "string" ? JSON.parse(policy) : {}) as { Statement?: PassageStatement[] };
  if (!Array.isArray(Statement)) throw badRequest("/policy: is no policy document");
  return { id, statements: Statement };
}

/** What of the policy speaks of a caller, as a policy of its own; undefined when nothing does. */
export function lettingPass({ statements }: Endpoint, arn: string): string | undefined {
  const account = arn.replace(/:(role|user)\/.*$/, ":root");
  const own = statements
    .filter(
      ({ Principal }) => Principal === "*" || list(Principal.AWS).some((each) => [arn, account, "*"].includes(each)),
    )
    .map(({ Principal: _principal, ...statement }) => statement);
  return own.length > 0 ? JSON.stringify({ Version: "2012-10-17", Statement: own }) : undefined;
}
