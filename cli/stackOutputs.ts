/** Outputs of a deployed stack, as the pulumi command gives them. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "./shell";

const run = promisify(execFile);

export interface StackOutputs {
  ledgerTable: string;
  ingestQueueUrl: string;
  region: string;
}

/** @throws CommandError when pulumi is missing, not logged in, or knows no such deployed stack. */
export async function stackOutputs(stack: string): Promise<StackOutputs> {
  let text: string;
  try {
    text = (await run("pulumi", ["stack", "output", "--json", "--stack", stack])).stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string | number; stderr?: string };
    const said = stderr.trim().split("\n").at(-1) ?? "";
    throw code === "ENOENT"
      ? new CommandError({
          what: "the pulumi command is missing",
          value: stack,
          action: "install it, or leave out --stack",
        })
      : new CommandError({
          what: "the stack's outputs cannot be read",
          value: `${stack}: ${said}`,
          action: "pulumi login",
        });
  }
  const outputs = JSON.parse(text) as Record<string, unknown>;
  const { ledgerTable, ingestQueueUrl } = outputs;
  // https://sqs.<region>.amazonaws.com/…
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(String(ingestQueueUrl))?.[1];
  if (typeof ledgerTable !== "string" || typeof ingestQueueUrl !== "string" || !region)
    throw new CommandError({ what: "the stack is not deployed", value: stack, action: `pulumi up --stack ${stack}` });
  return { ledgerTable, ingestQueueUrl, region };
}
