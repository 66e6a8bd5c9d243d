/** Brings an asset to where its job is. The service's own record decides, not the event: events come late, twice, out of order or forged. */
import type { Job } from "@aws-sdk/client-mediaconvert";
import { JobMetadata } from "../contracts/events";
import { jobHistoryKey, manifestBase } from "../contracts/keys";
import { type Asset, type AssetOutputs, isEnd, type Reason } from "../contracts/ledger";
import { readRenditions } from "./hls";
import { advance, complete, PATIENCE, postponed, progress } from "./ledger/transitions";
import type { Bus, Clock, Ledger, Log, Metrics, Store, Transcoder } from "./ports";
import { settle } from "./settle";

export interface FollowPorts {
  ledger: Ledger;
  store: Store;
  transcoder: Transcoder;
  bus: Bus;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface FollowConfig {
  stack: string;
  mediaBucket: string;
}

/** True when the job says itself that it was made for this attempt. */
export function belongsTo(job: Job, asset: Asset, stack: string): boolean {
  const metadata = JobMetadata.safeParse(job.UserMetadata ?? {});
  if (!metadata.success) return false;
  const { assetId, attempt } = metadata.data;
  return metadata.data.stack === stack && assetId === asset.assetId && attempt === String(asset.attempt);
}

/** The service deletes its records after three months; this one stays. */
export async function keepHistory(asset: Asset, job: Job, ports: FollowPorts, config: FollowConfig): Promise<void> {
  const key = jobHistoryKey(asset.assetId, asset.attempt, job.Id ?? "unknown");
  await ports.store.write(config.mediaBucket, key, JSON.stringify(job, null, 1), "application/json");
}

/** Seconds: the longest picture that the job made; the source's when the job does not say. */
function durationOf(job: Job, asset: Asset): number {
  const details = (job.OutputGroupDetails ?? []).flatMap((group) => group.OutputDetails ?? []);
  const made = details.filter(({ VideoDetails }) => VideoDetails).map(({ DurationInMs }) => (DurationInMs ?? 0) / 1000);
  const source = (asset.probe as { duration?: number } | undefined)?.duration ?? 0;
  const longest = Math.max(0, ...made);
  return longest > 0 ? longest : source;
}

async function readOutputs(
  asset: Asset,
  job: Job,
  ports: FollowPorts,
  config: FollowConfig,
): Promise<AssetOutputs | Reason> {
  const base = manifestBase(asset.videoId, asset.assetId);
  const [hls, dash] = [`${base}.m3u8`, `${base}.mpd`];
  const [playlist, manifest] = await Promise.all([
    ports.store.read(config.mediaBucket, hls),
    ports.store.head(config.mediaBucket, dash),
  ]);
  if (!playlist || !manifest)
    return { code: "outputs-missing", text: `the job is complete, but ${playlist ? dash : hls} is not there` };
  const renditions = readRenditions(Buffer.from(playlist).toString("utf8"));
  if (renditions.length === 0) return { code: "outputs-missing", text: `${hls} lists no rendition` };
  return { hls, dash, poster: null, thumbnails: null, renditions, duration: durationOf(job, asset) };
}

/** Complete → outputs known, storyboard asked for; asked again for every repetition, until its end is in the ledger. */
async function applyComplete(asset: Asset, job: Job, ports: FollowPorts, config: FollowConfig): Promise<Asset> {
  const jobId = job.Id ?? "";
  const outputs = asset.outputs ?? (await readOutputs(asset, job, ports, config));
  const now = ports.clock.now();
  const { attempt } = asset;
  const changed = await ports.ledger.change(asset.assetId, (current) => {
    if (current.attempt !== attempt) return undefined;
    return "code" in outputs
      ? advance(current, { to: "failed", attempt, now, reason: outputs, patch: { jobId } })
      : complete(current, { jobId, outputs, now });
  });
  const current = changed?.asset ?? asset;
  if (current.state === "progressing" && current.outputs && current.attempt === attempt)
    await requestStoryboard(current, ports, config);
  return current;
}

/** Asks for the pictures, and gives the storyboard its time before reconcile asks again. */
export async function requestStoryboard(asset: Asset, ports: FollowPorts, { stack }: FollowConfig): Promise<void> {
  const { assetId, videoId, attempt } = asset;
  await ports.bus.requestStoryboard({ stack, assetId, videoId, attempt });
}

function endOf(job: Job): { to: "failed" | "canceled"; reason: Reason } {
  if (job.Status === "CANCELED") return { to: "canceled", reason: { code: "canceled", text: "the job was canceled" } };
  const code = job.ErrorCode === undefined ? "transcoder" : `transcoder-${job.ErrorCode}`;
  return { to: "failed", reason: { code, text: job.ErrorMessage ?? "the transcoder gave no message" } };
}

async function applyStep(asset: Asset, job: Job, ports: FollowPorts): Promise<Asset> {
  const now = ports.clock.now();
  const { attempt } = asset;
  const jobId = job.Id ?? "";
  const changed = await ports.ledger.change(asset.assetId, (current) => {
    // The service's record may be older than the end that somebody else has read of it.
    if (current.attempt !== attempt || current.outputs || isEnd(current.state)) return undefined;
    if (job.Status === "PROGRESSING") {
      const news = { jobId, percent: job.JobPercentComplete ?? 0, now };
      return progress(current, news) ?? postponed(current, now, PATIENCE.job);
    }
    if (job.Status === "ERROR" || job.Status === "CANCELED")
      return advance(current, { ...endOf(job), attempt, now, patch: { jobId } });
    // SUBMITTED: it may wait in its queue for hours.
    const submitted = advance(current, { to: "submitted", attempt, now, patch: { jobId } });
    return submitted ?? postponed(current, now, PATIENCE.job);
  });
  return changed?.asset ?? asset;
}

/** Applies the service's record of the asset's own job. The caller has checked that the job belongs to this attempt. */
export async function follow(asset: Asset, job: Job, ports: FollowPorts, config: FollowConfig): Promise<Asset> {
  const ended = job.Status === "COMPLETE" || job.Status === "ERROR" || job.Status === "CANCELED";
  if (ended) await keepHistory(asset, job, ports, config);
  const after =
    job.Status === "COMPLETE" ? await applyComplete(asset, job, ports, config) : await applyStep(asset, job, ports);
  await settle(after, ports, config.stack);
  return after;
}
