/** Takes one action out of a role's policies, in the emulator, and puts it back. */
import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Cloud } from "../../../local/cloud/clients.js";

interface Document {
  Statement: { Action: string[] }[];
}

/** @returns puts it back. @throws Error when no policy of the role grants the action. */
export async function takeAway(cloud: Cloud, roleArn: string, action: string): Promise<() => Promise<void>> {
  const { iam } = cloud.in();
  const RoleName = roleArn.split("/").at(-1) ?? "";
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) {
    const reply = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const text = decodeURIComponent(reply.PolicyDocument ?? "");
    const document = JSON.parse(text) as Document;
    if (!document.Statement.some(({ Action }) => Action.includes(action))) continue;
    const Statement = document.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((granted) => granted !== action),
    })).filter(({ Action }) => Action.length > 0);
    const put = (PolicyDocument: string): Promise<unknown> =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await put(JSON.stringify({ ...document, Statement }));
    return async () => void (await put(text));
  }
  throw new Error(`no policy of ${RoleName} grants ${action}`);
}
