/** Snapshots by OpenSearch's core API: they are taken here, not by the domain's own timer, so that a failure rings an alarm. */
import { SNAPSHOT_REPOSITORY, TITLES_PATTERN } from "../../contracts/search";
import { ask, type SearchApi, type SetupPorts } from "./ports";
import { expired, snapshotName, type Snapshot } from "./snapshots.plan";

const REPOSITORY = `/_snapshot/${SNAPSHOT_REPOSITORY}`;

async function list(api: SearchApi): Promise<Snapshot[]> {
  const { snapshots } = (await ask(api, "GET", `${REPOSITORY}/_all?ignore_unavailable=true`)) as {
    snapshots: { snapshot: string; state: Snapshot["state"]; start_time_in_millis: number }[];
  };
  return snapshots.map(({ snapshot, state, start_time_in_millis }) => ({
    name: snapshot,
    state,
    started: new Date(start_time_in_millis),
  }));
}

/** Hours after which a snapshot that still runs is stuck: a catalogue takes minutes. */
const STUCK_AFTER = 12;

/** Why the last snapshot cannot be relied on; undefined when it can, or when it may yet become good. */
function complaint(last: Snapshot | undefined, now: Date): string | undefined {
  if (last === undefined || last.state === "SUCCESS") return undefined;
  const hours = (now.getTime() - last.started.getTime()) / 3_600_000;
  return last.state === "IN_PROGRESS" && hours < STUCK_AFTER ? undefined : `${last.name} ${last.state}`;
}

/**
 * Takes a snapshot of every index of titles and deletes the expired ones. It does not wait for the end: whether the last
 * one ended well is seen by the next run.
 * @throws Error when the last snapshot did not end well; the new one is under way by then, unless the last still runs.
 */
export async function keepSnapshots({ api, clock, log, metrics }: SetupPorts, retentionDays: number): Promise<void> {
  const now = clock.now();
  const before = (await list(api)).sort((a, b) => a.started.getTime() - b.started.getTime());
  const old = expired(before, retentionDays, now);
  for (const name of old) await ask(api, "DELETE", `${REPOSITORY}/${name}`);
  const running = before.find(({ state }) => state === "IN_PROGRESS");
  if (!running) {
    await ask(api, "PUT", `${REPOSITORY}/${snapshotName(now)}?wait_for_completion=false`, {
      indices: TITLES_PATTERN,
      ignore_unavailable: true,
      include_global_state: false,
    });
    metrics.count("SearchSnapshotStarted");
  }
  log.info("snapshots", { kept: before.length - old.length, deleted: old, running: running?.name });
  const found = complaint(before.at(-1), now);
  if (found !== undefined)
    throw new Error(`the last snapshot of search did not end well · ${found} → GET ${REPOSITORY}/_all tells why`);
}
