/** `npm run plan -- dev` against the bare import of the provider, both as whole processes under the same loader. */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { median, type Figure } from "./figure";

const ROOT = resolve(__dirname, "..");
/** In turn, so that both see the same drift of the machine. */
const RUNS = 5;
const LIMIT = 2.5;

function seconds(args: string[]): number {
  const started = process.hrtime.bigint();
  const { status } = spawnSync(join(ROOT, "tools/run"), args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${args.join(" ")} exited ${status}`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

export function planFigures(): Figure[] {
  const plan = ["cli/plan.ts", "dev", "--json"];
  const bare = ["-e", 'require("@pulumi/aws")'];
  seconds(plan);
  seconds(bare);
  const pairs = Array.from({ length: RUNS }, () => ({ plan: seconds(plan), bare: seconds(bare) }));
  const bareSeconds = median(pairs.map((pair) => pair.bare));
  const baseline = { what: "bare import of @pulumi/aws, s", value: bareSeconds };
  const command = "npm run plan -- dev";
  const how = `median of ${RUNS}`;
  return [
    {
      id: "plan.dev.seconds",
      what: "plan of dev, whole command",
      value: median(pairs.map((pair) => pair.plan)),
      unit: "s",
      limit: null,
      baseline,
      how,
      command,
    },
    {
      id: "plan.dev.ratio",
      what: "plan of dev ÷ bare import",
      value: median(pairs.map((pair) => pair.plan / pair.bare)),
      unit: "×",
      limit: { kind: "max", value: LIMIT },
      baseline,
      how: `${how}, pair by pair`,
      command,
    },
  ];
}
