/** The stack that a command is told, and overrides of its configuration. */
import { CommandError, type Invocation, type OptionSpec } from "./shell";
import { stackNames } from "./stacks";

export const SET_OPTION: OptionSpec = {
  type: "string",
  multiple: true,
  value: "key=value",
  help: "overrides the stack's configuration",
};

/** @throws CommandError when there is none, more than one, or one that has no file. */
export function stackArgument(positionals: string[], call: string): string {
  const [stack, ...more] = positionals;
  const allowed = stackNames().join(", ");
  if (stack === undefined)
    throw new CommandError({ what: "no stack named", action: `${call} STACK, one of ${allowed}` });
  if (more.length > 0)
    throw new CommandError({ what: "unexpected argument", value: more.join(" "), action: `${call} --help` });
  if (!stackNames().includes(stack))
    throw new CommandError({ what: "no such stack", value: stack, action: `one of ${allowed}` });
  return stack;
}

/** `["a=b"]` → `{ a: "b" }`. @throws CommandError for one without a key or an equals sign. */
export function overrides(set: Invocation["values"][string]): Record<string, string> {
  const pairs = Array.isArray(set) ? set.map(String) : [];
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1)
        throw new CommandError({ what: "--set wants key=value", value: pair, action: "--set maxTitlePrice=5" });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** A wrong configuration is the user's to mend: exit 2, with every wrong key. The class itself is loaded anew with each program. */
export function asCommandError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ConfigError") return error;
  return new CommandError({
    what: error.message,
    action: "mend these keys in the stack's file, or by --set key=value",
  });
}
