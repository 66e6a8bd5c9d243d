/** Which waiting job starts next. Pure. */
import type { WireJob, WireQueue } from "./store";

export interface Waiting {
  /** In the order in which they were submitted. */
  jobs: readonly WireJob[];
  queues: readonly WireQueue[];
  /** Ids of jobs whose processes run. */
  running: { has(id: string): boolean };
  /** ARNs of queues, the one that was served last at the end. */
  served: readonly string[];
}

/**
 * Within a queue by priority, then by age (User Guide, "Setting job priority"). In the cloud each queue has resources of its
 * own; here they share one machine, so the queues take turns, and an urgent job need not wait behind another queue's bulk.
 */
export function nextJob({ jobs, queues, running, served }: Waiting): WireJob | undefined {
  const heads = queues.flatMap(({ status, arn, concurrentJobs }): WireJob[] => {
    const active = jobs.filter(({ queue, id }) => queue === arn && running.has(id)).length;
    if (status !== "ACTIVE" || active >= concurrentJobs) return [];
    const waiting = jobs.filter((job) => job.queue === arn && job.status === "SUBMITTED" && !running.has(job.id));
    // Stable: of equal priority, the older one.
    return waiting.sort((a, b) => b.priority - a.priority).slice(0, 1);
  });
  return heads.sort((a, b) => served.lastIndexOf(a.queue) - served.lastIndexOf(b.queue))[0];
}
