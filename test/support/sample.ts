/**
 * Long suites: `npm run test:full` runs all their cases, every other run takes some of them by a seed, so that different
 * commits try different ones and each run can be repeated (`npm test -- SUITE --seed N`).
 */
import * as fc from "fast-check";

/** Set by `tools/test.ts`. */
const seed = Number(process.env.VOD_TEST_SEED ?? "1");

/** True in `npm run test:full` and with `--whole`. */
export const isWhole = process.env.VOD_TEST_WHOLE === "1";

/**
 * @param name shown with what was taken: a case is never left out silently.
 * @param count how many cases an ordinary run takes.
 * @returns all cases, or `count` of them in their order.
 */
export function sample<T>(name: string, cases: readonly T[], count: number): T[] {
  const taken = isWhole || count >= cases.length ? [...cases] : pick(cases, count);
  console.log(`  ${name}: ${taken.length} of ${cases.length} cases${isWhole ? "" : `, seed ${seed}`}`);
  return taken;
}

function pick<T>(cases: readonly T[], count: number): T[] {
  const indexes = cases.map((_, index) => index);
  const subarrays = fc.subarray(indexes, { minLength: count, maxLength: count });
  const [chosen = []] = fc.sample(subarrays, { seed, numRuns: 1 });
  return cases.filter((_, index) => chosen.includes(index));
}
