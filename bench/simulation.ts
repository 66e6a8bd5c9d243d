/** How many histories of the pipeline's simulation run in a second. */
import { runHistories } from "../test/sim/run";
import type { Figure } from "./figure";

const COUNT = 1_000;
/** The first of the seeds. */
const SEED = 1;

export async function simulationFigures(): Promise<Figure[]> {
  // Once before, so that compiling is not counted.
  await runHistories({ count: 50, seed: SEED });
  const since = performance.now();
  await runHistories({ count: COUNT, seed: SEED });
  const seconds = (performance.now() - since) / 1000;
  return [
    {
      id: "simulation",
      what: "simulated histories of the pipeline",
      value: COUNT / seconds,
      unit: "histories/s",
      limit: null,
      baseline: null,
      how: `${COUNT} histories, one run, one process`,
      command: "npm run bench -- simulation",
    },
  ];
}
