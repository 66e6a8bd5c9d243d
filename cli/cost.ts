/** `npm run cost -- STACK`: the monthly estimate under a load. */
import type { Load } from "../cost/usage";
import { planStack } from "./planner";
import { costLines } from "./planText";
import { CommandError, EXIT, paint, runCommand, type CommandSpec, type Invocation } from "./shell";
import { asCommandError, overrides, SET_OPTION, stackArgument } from "./stackArgument";

const SPEC: CommandSpec = {
  call: "npm run cost --",
  summary: "What a stack costs a month, in USD, us-east-1, on demand.",
  positionals: "STACK",
  options: {
    users: { type: "string", value: "N", help: "viewers in the month (default 0)" },
    hours: { type: "string", value: "H", help: "hours that each of them watches (default 0)" },
    titles: { type: "string", value: "T", help: "titles of one hour that are added (default 0)" },
    json: { type: "boolean", help: "{ currency, lines, total } on stdout" },
    set: SET_OPTION,
  },
  examples: [
    ["npm run cost -- dev", "nobody uses it"],
    ["npm run cost -- dev --users 10000 --hours 2 --titles 50", "10,000 viewers, 2 hours each, 50 new titles"],
  ],
};

function count(values: Invocation["values"], name: keyof Load): number {
  const text = values[name] ?? "0";
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && String(text).trim() !== "") return value;
  throw new CommandError({
    what: `--${name} is not a number`,
    value: String(text),
    action: `a number from 0, such as --${name} 10`,
  });
}

void runCommand(SPEC, async ({ values, positionals, output }) => {
  const load: Load = { users: count(values, "users"), hours: count(values, "hours"), titles: count(values, "titles") };
  const stack = stackArgument(positionals, SPEC.call);
  const { cost, resources } = await planStack({ stack, set: overrides(values.set), load, debug: output.debug }).catch(
    (error: unknown) => {
      throw asCommandError(error);
    },
  );
  if (values.json) output.print(JSON.stringify(cost));
  else {
    const who = `${load.users} users, ${load.hours} h each, ${load.titles} new titles`;
    const runs = resources.some(({ type }) => type === "aws:ecs/service:Service");
    const lines = [paint("bold", `Stack ${stack} in a month with ${who}`), ...costLines(cost, true)];
    if (!runs) lines.push("  It counts running services, a database and search, which this stack does not have yet.");
    output.print(lines.join("\n"));
  }
  return EXIT.done;
});
