/** Outputs of a deployed stack, as the pulumi command gives them. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { QueueOutputs } from "./redrive";
import { CommandError } from "./shell";

const run = promisify(execFile);

export interface StackOutputs extends QueueOutputs {
  ledgerTable: string;
}

const NAMES: readonly (keyof StackOutputs)[] = [
  "ledgerTable",
  "ingestQueueUrl",
  "transcodeEventsQueueUrl",
  "storyboardQueueUrl",
  "catalogueQueueUrl",
  "undeliveredQueueUrl",
];

/** Undefined when one of the outputs is missing. */
export function readOutputs(outputs: Record<string, unknown>): StackOutputs | undefined {
  const complete = NAMES.every((name) => typeof outputs[name] === "string");
  return complete
    ? (Object.fromEntries(NAMES.map((name) => [name, outputs[name]])) as unknown as StackOutputs)
    : undefined;
}

/** @throws CommandError when pulumi is missing, not logged in, or knows no such deployed stack. */
export async function stackOutputs(stack: string): Promise<{ outputs: StackOutputs; region: string }> {
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
  const outputs = readOutputs(JSON.parse(text) as Record<string, unknown>);
  // https://sqs.<region>.amazonaws.com/…
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(outputs?.ingestQueueUrl ?? "")?.[1];
  if (!outputs || !region)
    throw new CommandError({
      what: "the stack is not deployed, or by an older version",
      value: stack,
      action: `pulumi up --stack ${stack}`,
    });
  return { outputs, region };
}
