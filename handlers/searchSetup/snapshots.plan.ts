/** Which snapshots go, and what the next is called. Pure. */
import { SNAPSHOT_REPOSITORY } from "../../contracts/search";

export interface Snapshot {
  name: string;
  /** OpenSearch's own word. */
  state: "IN_PROGRESS" | "SUCCESS" | "PARTIAL" | "FAILED";
  started: Date;
}

const DAY = 24 * 3_600_000;

/** `vod-2026-11-24t03-00-00`: lower case, as names of snapshots must be, and sorted by time. */
export const snapshotName = (now: Date): string =>
  `${SNAPSHOT_REPOSITORY}-${now.toISOString().slice(0, 19).replace(/:/g, "-").toLowerCase()}`;

/**
 * Names of the snapshots to delete: ours that ended and are older than the retention, and failed ones that a good one has
 * followed. The newest good one stays whatever its age.
 */
export function expired(snapshots: readonly Snapshot[], retentionDays: number, now: Date): string[] {
  const ours = snapshots.filter(({ name }) => name.startsWith(`${SNAPSHOT_REPOSITORY}-`));
  const newest = Math.max(...ours.filter(({ state }) => state === "SUCCESS").map(({ started }) => started.getTime()));
  const oldest = now.getTime() - retentionDays * DAY;
  return ours
    .filter(({ state, started }) => {
      const time = started.getTime();
      if (state === "IN_PROGRESS" || time === newest) return false;
      return time < oldest || (state === "FAILED" && time < newest);
    })
    .map(({ name }) => name)
    .sort();
}
