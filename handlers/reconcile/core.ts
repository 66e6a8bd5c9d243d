/**
 * Reconcile: every few minutes it looks after what nobody has moved on. A lost event, a message in the dead-letter queue
 * or a crash at the wrong moment then costs minutes, not a title.
 */
import { type Asset, isEnd } from "../../contracts/ledger";
import { belongsTo, follow, type FollowConfig, type FollowPorts, requestStoryboard } from "../follow";
import { advance, isUnannounced, minutesAfter, PATIENCE, postponed } from "../ledger/transitions";
import type { IngestQueue } from "../ports";
import { settle } from "../settle";
import { finish } from "../storyboard/finish";
import { findUnclaimed } from "./unclaimed";

export interface ReconcilePorts extends FollowPorts {
  ingestQueue: IngestQueue;
}

export interface ReconcileConfig extends FollowConfig {
  ingestBucket: string;
}

/** Assets looked after in one run: each costs a call or two, and a run has three minutes. */
const MOST_ASSETS = 200;
const PARALLEL = 10;
const HOUR = 3_600_000;
/** After this long without a job an asset is failed, so that a person sees it; a retry starts it again. */
const LONGEST_INGEST = 24 * HOUR;
/** After this long without pictures a complete asset becomes ready without them. */
const LONGEST_STORYBOARD = 2 * HOUR;

const stateSince = (asset: Asset): number => Date.parse(asset.history.at(-1)?.at ?? asset.updated);

async function postpone(asset: Asset, ports: ReconcilePorts, minutes: number): Promise<void> {
  const now = ports.clock.now();
  await ports.ledger.change(asset.assetId, (current) =>
    current.state === asset.state && current.attempt === asset.attempt ? postponed(current, now, minutes) : undefined,
  );
}

async function fail(
  asset: Asset,
  code: string,
  text: string,
  ports: ReconcilePorts,
  config: ReconcileConfig,
): Promise<void> {
  const step = { to: "failed" as const, attempt: asset.attempt, now: ports.clock.now(), reason: { code, text } };
  const changed = await ports.ledger.change(asset.assetId, (current) =>
    current.state === asset.state ? advance(current, step) : undefined,
  );
  if (changed) await settle(changed.asset, ports, config.stack);
}

/** Sends the upload through ingest again. */
async function sendAgain(asset: Asset, ports: ReconcilePorts): Promise<void> {
  const { bucket, key, version, sequencer, size, etag, uploaded, recovered = false } = asset;
  await ports.ingestQueue.send({ bucket, key, version, sequencer, size, etag, uploaded, recovered });
  await postpone(asset, ports, PATIENCE.ingest);
}

/** A job may have been created whose reply nobody saw. No function that could still create it is alive by now. */
async function resolveSubmission(asset: Asset, ports: ReconcilePorts, config: ReconcileConfig): Promise<void> {
  const { submitting, assetId, attempt } = asset;
  if (!submitting) return;
  const job = await ports.transcoder.findJob({
    queue: submitting.queue,
    assetId,
    attempt,
    since: new Date(submitting.at),
  });
  if (job && belongsTo(job, asset, config.stack)) {
    await follow(asset, job, ports, config);
    return;
  }
  const now = ports.clock.now();
  const changed = await ports.ledger.change(assetId, (current) => {
    if (current.attempt !== attempt || current.submitting?.at !== submitting.at) return undefined;
    const { submitting: _mark, ...rest } = current;
    return { ...rest, due: minutesAfter(now, PATIENCE.ingest) };
  });
  if (changed?.changed) await sendAgain(changed.asset, ports);
}

async function resumeIngest(asset: Asset, ports: ReconcilePorts, config: ReconcileConfig): Promise<void> {
  if (asset.submitting) return resolveSubmission(asset, ports, config);
  if (ports.clock.now().getTime() - stateSince(asset) > LONGEST_INGEST)
    return fail(
      asset,
      "ingest-stuck",
      "the upload could not be read or its job not be created for a day",
      ports,
      config,
    );
  await sendAgain(asset, ports);
}

async function resumeJob(asset: Asset, ports: ReconcilePorts, config: ReconcileConfig): Promise<void> {
  if (asset.outputs) {
    if (ports.clock.now().getTime() - Date.parse(asset.updated) > LONGEST_STORYBOARD) {
      const warning = { code: "storyboard-failed", text: "no pictures were made within two hours" };
      await finish(asset, warning, ports, config.stack);
      return;
    }
    await requestStoryboard(asset, ports, config);
    return postpone(asset, ports, PATIENCE.storyboard);
  }
  const job = asset.jobId === undefined ? undefined : await ports.transcoder.job(asset.jobId);
  if (!job || !belongsTo(job, asset, config.stack))
    return fail(asset, "job-lost", `the transcoder no longer knows job ${asset.jobId}`, ports, config);
  await follow(asset, job, ports, config);
}

async function lookAfter(asset: Asset, ports: ReconcilePorts, config: ReconcileConfig): Promise<void> {
  ports.log.info("overdue", { assetId: asset.assetId, state: asset.state, due: asset.due });
  if (isUnannounced(asset)) await settle(asset, ports, config.stack);
  if (isEnd(asset.state)) return;
  const held = asset.state === "held";
  if (asset.state === "claimed" || asset.state === "probed" || (held && asset.approved))
    return resumeIngest(asset, ports, config);
  if (!held) return resumeJob(asset, ports, config);
}

async function lookAfterAll(ports: ReconcilePorts, config: ReconcileConfig): Promise<void> {
  const overdue = await ports.ledger.overdue(ports.clock.now(), MOST_ASSETS);
  for (let at = 0; at < overdue.length; at += PARALLEL) {
    await Promise.all(
      overdue.slice(at, at + PARALLEL).map(async (asset) => {
        try {
          // The index may lag behind: the asset itself decides.
          const current = await ports.ledger.asset(asset.assetId);
          if (current?.due !== undefined && Date.parse(current.due) <= ports.clock.now().getTime())
            await lookAfter(current, ports, config);
        } catch (error) {
          // One asset's trouble must not keep the others waiting.
          ports.log.error("overdue asset failed", { assetId: asset.assetId, error });
          ports.metrics.count("ReconcileFailed");
        }
      }),
    );
  }
}

/** One run. */
export async function reconcile(ports: ReconcilePorts, config: ReconcileConfig): Promise<void> {
  await lookAfterAll(ports, config);
  for (const upload of await findUnclaimed(ports, config.ingestBucket)) {
    ports.log.warn("upload found without its event", { key: upload.key });
    ports.metrics.count("UploadRecovered");
    await ports.ingestQueue.send(upload);
  }
}
