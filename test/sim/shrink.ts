/** Makes a failing history short: drops parts of its plan and faults as long as it still breaks the same invariant. */
import type { Cores } from "./cloud";
import { type HistoryResult, type Keep, runHistory } from "./run";

/** Most histories tried for one shrinking. */
const MOST_TRIES = 400;

/** Every id of the plan and name of a fault that this history had. */
const partsOf = ({ plan, faults }: HistoryResult): string[] => [
  ...plan.actions.map(({ id }) => id),
  ...new Set([...faults, ...plan.faults.targets]),
];

/**
 * Delta debugging (Zeller): halves, quarters and so on of the parts are left out in turn.
 * @returns the shortest failing history found, and what to keep for it; undefined when naming its parts does not make it fail again.
 */
export async function shrink(
  failed: HistoryResult,
  cores?: Cores,
): Promise<{ result: HistoryResult; keep: string[] } | undefined> {
  const kind = failed.violations[0]?.kind;
  let tries = 0;
  const fails = async (keep: Keep): Promise<HistoryResult | undefined> => {
    tries += 1;
    const result = await runHistory(failed.seed, { cores, keep });
    return result.violations.some((violation) => violation.kind === kind) ? result : undefined;
  };
  let keep = partsOf(failed);
  let result = await fails(new Set(keep));
  if (!result) return undefined;
  for (let size = Math.ceil(keep.length / 2); ;) {
    let dropped = false;
    for (let at = 0; at < keep.length && tries < MOST_TRIES;) {
      const rest = [...keep.slice(0, at), ...keep.slice(at + size)];
      const shorter = rest.length < keep.length ? await fails(new Set(rest)) : undefined;
      if (shorter) {
        keep = rest;
        result = shorter;
        dropped = true;
      } else at += size;
    }
    if (tries >= MOST_TRIES || (size === 1 && !dropped)) return { result, keep };
    if (size > 1) size = Math.ceil(size / 2);
  }
}
