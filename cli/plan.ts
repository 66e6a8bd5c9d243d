/** `npm run plan -- STACK`: resources, policy violations and cost, without an account and without the Pulumi CLI. */
import { isBlocked, planStack } from "./planner";
import { planText, summary, violationLines } from "./planText";
import { EXIT, runCommand, type CommandSpec } from "./shell";
import { asCommandError, overrides, SET_OPTION, stackArgument } from "./stackArgument";

const SPEC: CommandSpec = {
  call: "npm run plan --",
  summary: "Lists what a stack would create, which policies it violates and what it costs a month. Creates nothing.",
  positionals: "STACK",
  options: {
    json: { type: "boolean", help: "one JSON document on stdout: { stack, resources, violations, cost }" },
    set: SET_OPTION,
  },
  examples: [
    ["npm run plan -- dev", "the dev stack, for people"],
    ["npm run --silent plan -- prod --json > plan.json", "for programs"],
    ["npm run plan -- dev --set maxTitlePrice=5", "with another limit for a title's price"],
  ],
};

void runCommand(SPEC, async ({ values, positionals, output }) => {
  const stack = stackArgument(positionals, SPEC.call);
  const plan = await planStack({ stack, set: overrides(values.set), debug: output.debug }).catch((error: unknown) => {
    throw asCommandError(error);
  });
  const { resources, violations, cost } = plan;
  if (values.json) output.print(JSON.stringify({ stack, resources, violations, cost }));
  else if (output.quiet)
    output.print([summary(plan), ...(violations.length > 0 ? violationLines(violations) : [])].join("\n"));
  else output.print(planText(plan));
  if (!isBlocked(plan)) return EXIT.done;
  output.warn("a mandatory policy is violated: the stack would not be deployed");
  return EXIT.no;
});
