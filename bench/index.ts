/** `npm run bench`: measures, writes `bench/results.json` and the table in docs/performance.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { replaceBlock } from "../tools/markdown";
import { revision } from "../tools/revision";
import { EXIT, CommandError, runCommand, type CommandSpec } from "../cli/shell";
import { bundleFigures } from "./bundles";
import { reaches, type Figure, type Results } from "./figure";
import { transcodeFigures } from "./mediaconvert";
import { pipelineFigures } from "./pipeline";
import { planFigures } from "./plan";
import { simulationFigures } from "./simulation";
import { startFigures } from "./start";
import { markdown } from "./table";

const ROOT = resolve(__dirname, "..");
const RESULTS = join(ROOT, "bench/results.json");
const DOCUMENT = join(ROOT, "docs/performance.md");

const GROUPS: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  bundles: bundleFigures,
  pipeline: pipelineFigures,
  plan: planFigures,
  start: startFigures,
  transcode: transcodeFigures,
  simulation: simulationFigures,
};

const SPEC: CommandSpec = {
  call: "npm run bench --",
  summary: "Measures the platform on this machine; writes bench/results.json and the table in docs/performance.md.",
  positionals: "[GROUP…]",
  options: { json: { type: "boolean", help: "the results as JSON on stdout" } },
  examples: [
    ["npm run bench", `everything: ${Object.keys(GROUPS).join(", ")}`],
    ["npm run bench -- plan", "one group only; nothing is written"],
  ],
};

async function measure(names: string[], progress: (text: string) => void): Promise<Results> {
  const figures: Figure[] = [];
  for (const name of names) {
    progress(`… ${name}`);
    figures.push(...((await GROUPS[name]?.()) ?? []));
  }
  return { ...revision(), figures };
}

void runCommand(SPEC, async ({ values, positionals, output }) => {
  const unknown = positionals.filter((name) => !(name in GROUPS));
  if (unknown.length > 0) {
    throw new CommandError({
      what: "no such group",
      value: unknown.join(" "),
      action: `one of ${Object.keys(GROUPS).join(", ")}`,
    });
  }
  const results = await measure(positionals.length > 0 ? positionals : Object.keys(GROUPS), output.progress);
  if (positionals.length === 0) {
    writeFileSync(RESULTS, `${JSON.stringify(results, null, 1)}\n`);
    writeFileSync(DOCUMENT, replaceBlock(readFileSync(DOCUMENT, "utf8"), "figures", markdown(results)));
  }
  output.print(values.json ? JSON.stringify(results) : markdown(results));
  return results.figures.some((figure) => reaches(figure) === false) ? EXIT.no : EXIT.done;
});
