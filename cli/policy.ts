/** `npm run policy`: the pack over a plan that was written to a file, without Pulumi, account or program. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { evaluate, type RecordedResource, type Violation } from "../policies/evaluate";
import { CommandError, EXIT, paint, runCommand, type CommandSpec } from "./shell";

const SPEC: CommandSpec = {
  call: "npm run policy --",
  summary: "Judges a plan that `npm run --silent plan -- STACK --json` has written.",
  positionals: "PLAN.json",
  options: { format: { type: "string", value: "text|json", help: "how violations are printed (default text)" } },
  examples: [
    [
      "npm run --silent plan -- prod --json > plan.json; npm run policy -- plan.json",
      "every violation, with what to do",
    ],
    ["npm run --silent policy -- plan.json --format json", "the same as {stack, violations}, for programs"],
  ],
};

const FORMATS = ["text", "json"] as const;
type Format = (typeof FORMATS)[number];

const Plan = z.object({
  stack: z.string(),
  resources: z.array(
    z.object({
      urn: z.string(),
      type: z.string(),
      name: z.string(),
      custom: z.boolean().optional(),
      id: z.string().nullish(),
      inputs: z.record(z.string(), z.unknown()),
      outputs: z.record(z.string(), z.unknown()).optional(),
      options: z.object({ protect: z.boolean().optional() }).optional(),
    }),
  ),
});

interface Plan {
  stack: string;
  resources: RecordedResource[];
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : "the file cannot be read";
    throw new CommandError(
      { what: why, value: file, action: "write it first: npm run --silent plan -- STACK --json > plan.json" },
      { cause },
    );
  }
}

function readPlan(file: string): Plan {
  const text = readText(file);
  const notAPlan = (value: string, cause?: unknown): CommandError =>
    new CommandError(
      { what: "not a plan", value, action: "write it by npm run --silent plan -- STACK --json" },
      { cause },
    );
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw notAPlan(`${file} is no JSON`, cause);
  }
  const parsed = Plan.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw notAPlan(`${file}: ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "wrong shape"}`);
}

function formatOf(value: unknown): Format {
  const format = FORMATS.find((candidate) => candidate === (value ?? "text"));
  if (format === undefined)
    throw new CommandError({ what: "no such format", value: String(value), action: `use ${FORMATS.join(" or ")}` });
  return format;
}

const isMandatory = ({ level }: Violation): boolean => level === "mandatory";

function textOf({ stack, resources }: Plan, violations: readonly Violation[]): string {
  const names = new Map(resources.map(({ urn, name }) => [urn, name]));
  const lines = violations.map((violation) => {
    const mark = isMandatory(violation) ? paint("red", "✗") : paint("yellow", "!");
    return `${mark} ${violation.policy} · ${names.get(violation.urn)}: ${violation.message}`;
  });
  const mandatory = violations.filter(isMandatory).length;
  const count = `${mandatory} mandatory, ${violations.length - mandatory} advisory`;
  return [...lines, `${stack}: ${resources.length} resources, ${count}`].join("\n");
}

void runCommand(SPEC, ({ values, positionals, output }) => {
  const format = formatOf(values.format);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new CommandError({
      what: "one plan is wanted",
      value: positionals.join(" ") || "none given",
      action: "npm run policy -- --help",
    });
  const plan = readPlan(file);
  const violations = evaluate(plan);
  output.print(format === "json" ? JSON.stringify({ stack: plan.stack, violations }) : textOf(plan, violations));
  return Promise.resolve(violations.some(isMandatory) ? EXIT.no : EXIT.done);
});
