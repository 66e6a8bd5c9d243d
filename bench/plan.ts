/**
 * `npm run plan -- prod` against the bare import of the provider, both as whole processes under the same loader; what it
 * takes in memory; and what the plan of each stack says: how many resources, what a month costs, what has no price.
 */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { planStack, type Plan } from "../cli/planner";
import { stackNames } from "../cli/stacks";
import { median, type Figure } from "./figure";

const ROOT = resolve(__dirname, "..");
/** In turn, so that both see the same drift of the machine. */
const RUNS = 5;
const LIMIT = 2.5;
/** USD a month that dev may cost when nobody uses it. */
const IDLE_DEV = 150;
const COMMAND = "npm run plan -- prod";
/** Loaded before the program: its last word on stderr is the greatest resident size of the process, in KB. */
const PEAK = 'process.on("exit", () => process.stderr.write(`\\npeak ${process.resourceUsage().maxRSS}\\n`));';

interface Run {
  seconds: number;
  /** MB. */
  peak: number;
}

function run(args: string[]): Run {
  const preload = ["--import", `data:text/javascript,${encodeURIComponent(PEAK)}`];
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(join(ROOT, "tools/run"), [...preload, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(`${args.join(" ")} exited ${status}: ${stderr.trim().split("\n").at(0)}`);
  const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
  if (Number.isNaN(peak)) throw new Error(`${args.join(" ")} did not say what memory it took`);
  return { seconds, peak };
}

function processFigures(): Figure[] {
  const plan = ["cli/plan.ts", "prod", "--json"];
  const bare = ["-e", 'require("@pulumi/aws")'];
  run(plan);
  run(bare);
  const pairs = Array.from({ length: RUNS }, () => ({ plan: run(plan), bare: run(bare) }));
  const bareSeconds = median(pairs.map((pair) => pair.bare.seconds));
  const barePeak = median(pairs.map((pair) => pair.bare.peak));
  const seconds = { what: "bare import of @pulumi/aws, s", value: bareSeconds };
  const how = `median of ${RUNS}`;
  return [
    {
      id: "plan.prod.seconds",
      what: "plan of prod, whole command",
      value: median(pairs.map((pair) => pair.plan.seconds)),
      unit: "s",
      limit: null,
      baseline: seconds,
      how,
      command: COMMAND,
    },
    {
      id: "plan.prod.ratio",
      what: "plan of prod ÷ bare import",
      value: median(pairs.map((pair) => pair.plan.seconds / pair.bare.seconds)),
      unit: "×",
      limit: { kind: "max", value: LIMIT },
      baseline: seconds,
      how: `${how}, pair by pair`,
      command: COMMAND,
    },
    {
      id: "plan.prod.memory",
      what: "peak memory of the plan of prod",
      value: median(pairs.map((pair) => pair.plan.peak)),
      unit: "MB",
      limit: null,
      baseline: { what: "bare import of @pulumi/aws, MB", value: barePeak },
      how: `${how}, greatest resident size`,
      command: COMMAND,
    },
  ];
}

/** Names of what the price sheet does not know: left out of the total, never counted as nothing. */
function unpriced({ cost }: Plan): string {
  const items = cost.lines.filter(({ monthly }) => monthly === null).map(({ item }) => item);
  return items.length === 0 ? "everything has a price" : `idle; ${items.length} without a price: ${items.join(", ")}`;
}

function stackFigures(plan: Plan): Figure[] {
  const { stack, resources, cost } = plan;
  const command = `npm run plan -- ${stack}`;
  const components = resources.filter(({ custom }) => !custom).length;
  return [
    {
      id: `plan.${stack}.resources`,
      what: `resources of ${stack}`,
      value: resources.length - components,
      unit: "resources",
      limit: null,
      baseline: null,
      how: `exact, in ${components} components`,
      command,
    },
    {
      id: `plan.${stack}.cost`,
      what: `a month of ${stack}, idle`,
      value: cost.total,
      unit: "USD",
      limit: stack === "dev" ? { kind: "max", value: IDLE_DEV } : null,
      baseline: null,
      how: unpriced(plan),
      command,
    },
  ];
}

export async function planFigures(): Promise<Figure[]> {
  const figures = processFigures();
  for (const stack of stackNames()) figures.push(...stackFigures(await planStack({ stack })));
  return figures;
}
