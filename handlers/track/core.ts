/**
 * Track: moves the ledger by the events of jobs. An event only says that there is something to see: an end is taken from
 * the service's record, so that no order of events, repetition or forgery can give a title the wrong one.
 */
import * as z from "zod/mini";
import { isOtherEvent, JobMetadata, JobStateChange, TRACKED_STATUSES } from "../../contracts/events";
import type { Asset } from "../../contracts/ledger";
import { Malformed, TryLater } from "../errors";
import { belongsTo, follow, type FollowConfig, type FollowPorts, keepHistory } from "../follow";
import { progress } from "../ledger/transitions";

type JobEvent = JobStateChange["detail"];

const isEndOfJob = ({ status }: JobEvent): boolean => ["COMPLETE", "ERROR", "CANCELED"].includes(status);

/** An older attempt's job changes nothing any more, but its record is kept as every other. */
async function keepOlder(
  asset: Asset,
  event: JobEvent,
  attempt: number,
  ports: FollowPorts,
  config: FollowConfig,
): Promise<void> {
  const job = isEndOfJob(event) ? await ports.transcoder.job(event.jobId) : undefined;
  const older = { ...asset, attempt };
  if (job && belongsTo(job, older, config.stack)) await keepHistory(older, job, ports, config);
}

/** Undefined, with a line in the log, for an event that moves nothing: not ours, other stack, unknown, other attempt. */
async function ownerOf(event: JobEvent, ports: FollowPorts, config: FollowConfig): Promise<Asset | undefined> {
  const ignore = (why: string): undefined => {
    ports.log.info("job event ignored", { why, jobId: event.jobId, status: event.status });
    return undefined;
  };
  const metadata = JobMetadata.safeParse(event.userMetadata);
  if (!metadata.success) return ignore("the job was not made by the pipeline");
  if (metadata.data.stack !== config.stack) return ignore("the job belongs to another stack");
  const asset = await ports.ledger.asset(metadata.data.assetId);
  if (!asset) return ignore("no such asset");
  const attempt = Number(metadata.data.attempt);
  if (attempt !== asset.attempt) {
    await keepOlder(asset, event, attempt, ports, config);
    return ignore("the job belongs to another attempt");
  }
  if (asset.jobId !== undefined && asset.jobId !== event.jobId) {
    ports.metrics.count("SecondJob");
    return ignore("the attempt has another job");
  }
  return asset;
}

async function applyEnd(asset: Asset, event: JobEvent, ports: FollowPorts, config: FollowConfig): Promise<void> {
  const job = await ports.transcoder.job(event.jobId);
  if (!job || !belongsTo(job, asset, config.stack)) {
    ports.log.warn("job event ignored", { why: "the service has no such job of this asset", jobId: event.jobId });
    return;
  }
  if (job.Status === "SUBMITTED" || job.Status === "PROGRESSING")
    throw new TryLater(`job ${event.jobId}: the event says ${event.status}, the service still says ${job.Status}`);
  const after = await follow(asset, job, ports, config);
  ports.log.info("job ended", { assetId: asset.assetId, jobId: event.jobId, status: job.Status, state: after.state });
  ports.metrics.count(`Job${job.Status === "COMPLETE" ? "Completed" : "Ended"}`);
}

/** Handles one message of the queue of job events. */
export async function track(body: unknown, ports: FollowPorts, config: FollowConfig): Promise<void> {
  if (isOtherEvent(body, "aws.mediaconvert", "MediaConvert Job State Change"))
    return ports.log.info("event of another kind ignored");
  const parsed = JobStateChange.safeParse(body);
  if (!parsed.success) throw new Malformed(`no job event: ${z.prettifyError(parsed.error)}`);
  const event = parsed.data.detail;
  // The rule lets none of the others through; a job that has hopped to another queue has not begun.
  if (!TRACKED_STATUSES.includes(event.status)) return ports.log.info("job event ignored", { status: event.status });
  const asset = await ownerOf(event, ports, config);
  if (!asset) return;
  if (isEndOfJob(event)) return applyEnd(asset, event, ports, config);
  const news = { jobId: event.jobId, percent: event.jobProgress?.jobPercentComplete ?? 0, now: ports.clock.now() };
  await ports.ledger.change(asset.assetId, (current) =>
    current.attempt === asset.attempt ? progress(current, news) : undefined,
  );
}
