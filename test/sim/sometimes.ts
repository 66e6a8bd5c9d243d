/** What must occur in a run, or it has proved nothing: every fault, every crash point, every state and step. */
import { CRASH_MOMENTS, CRASH_POINTS, FATES } from "./faults";
import { CONTENTS } from "./contents";
import type { Summary } from "./run";

/** Fewer histories than this are a look at a few, not a run. */
const LEAST_OF_A_RUN = 200;

const STEPS = [
  "claimed → probed",
  "claimed → rejected",
  "probed → held",
  "probed → submitted",
  "held → submitted",
  "probed → failed",
  // News of a job whose creation nobody saw the reply of.
  "probed → progressing",
  "submitted → progressing",
  "submitted → failed",
  "submitted → canceled",
  "progressing → ready",
  "progressing → failed",
  "progressing → canceled",
  "failed → retry",
  "canceled → retry",
];

const OCCURRENCES = [
  ...FATES.map((fate) => `fault: ${fate}`),
  ...CONTENTS.map((content) => `upload: ${content}`),
  ...["sent", "lost", "late", "twice"].map((event) => `upload's event: ${event}`),
  "upload: the same bytes again",
  "event to track: lost",
  "event to track: twice",
  "event to worker: twice",
  "bus: undelivered",
  "queue: the same message twice at once",
  "queue: a receive without its reply",
  "batch: failed in part",
  "dead letter: ingest",
  "dead letter: track",
  "dead letter: storyboard",
  "dead letter: worker",
  "re-driven: ingest",
  "ledger: lost a race",
  "index: byVideo lagged",
  "index: outstanding lagged",
  "machine: killed",
  "clock: stepped back",
  "clock: stepped forward",
  "clock: hours forward",
  "clock: a day forward",
  "job: PROGRESSING",
  "job: COMPLETE",
  "job: ERROR",
  "job: CANCELED",
  "service: a job queued for hours",
  "service: the token named an earlier job",
  "service: a record lagged behind its event",
  "service: a job without captures",
  "service: complete without manifests",
  "ready with pictures",
  "ready with a warning: no-captures",
  "ready with a warning: unreadable-captures",
  "retry: done",
  "retry: ready",
  "retry: rejected",
  "retry: busy",
  "retry: held",
  "approve: done",
  "approve: not-held",
  ...STEPS,
];

/** What has to occur and did not; empty for a run too short to say. */
export function missing({ histories, seen }: Pick<Summary, "histories" | "seen">): string[] {
  if (histories < LEAST_OF_A_RUN) return [];
  const absent = OCCURRENCES.filter((what) => !seen.has(what));
  for (const [point, sites] of Object.entries(CRASH_POINTS))
    for (const [moment, faults] of Object.entries(CRASH_MOMENTS)) {
      const hit = sites.some((site) => faults.some((fault) => seen.has(`at ${site}: ${fault}`)));
      if (!hit) absent.push(`${point}: ${moment}`);
    }
  return absent;
}
