/** The stacks that this repository describes. Loads nothing of Pulumi, so that help and refusals are quick. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(__dirname, "..");

/** Names of the stacks that have a file. */
export const stackNames = (): string[] =>
  readdirSync(ROOT)
    .map((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
