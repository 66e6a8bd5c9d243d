/**
 * Creates the job of an attempt once, although every reply can be lost. MediaConvert knows a repeated request by its token
 * for about a minute only, so whoever is about to ask first leaves a mark in the ledger. Who finds a mark asks again
 * while the token still counts, and after that leaves it to reconcile, which looks for the job in the queue.
 */
import type { Asset } from "../../contracts/ledger";
import { jobRequest } from "../../encoding/job";
import { planTitle } from "../../encoding/plan";
import type { SourceProbe } from "../../encoding/probe";
import { TryLater } from "../errors";
import { advance, minutesAfter, PATIENCE } from "../ledger/transitions";
import { NotCreated } from "../ports";
import type { IngestConfig, IngestPorts } from "./ports";

/** Seconds for which the token surely counts; MediaConvert's own figure is "within one minute" (API reference, "Idempotency"). */
const TOKEN_SECONDS = 45;

const isWaiting = ({ state, approved }: Asset): boolean =>
  state === "probed" || (state === "held" && approved === true);

/** Leaves the mark, or joins one that is fresh enough. `mine`: whoever finds the mark from now on will have said so in it. */
async function mark(
  asset: Asset,
  { ledger, clock }: IngestPorts,
  queue: string,
): Promise<{ asset: Asset; mine: boolean }> {
  const now = clock.now();
  const isStale = ({ at }: NonNullable<Asset["submitting"]>): boolean =>
    Math.abs(now.getTime() - Date.parse(at)) / 1000 > TOKEN_SECONDS;
  const changed = await ledger.change(asset.assetId, (current) => {
    const { submitting } = current;
    if (current.attempt !== asset.attempt || !isWaiting(current)) return undefined;
    if (submitting)
      return submitting.shared || isStale(submitting)
        ? undefined
        : { ...current, submitting: { ...submitting, shared: true } };
    return {
      ...current,
      submitting: { at: now.toISOString(), queue },
      due: minutesAfter(now, PATIENCE.submission),
    };
  });
  const current = changed?.asset ?? asset;
  if (isWaiting(current) && current.submitting && isStale(current.submitting))
    throw new TryLater(`it is not known whether asset ${asset.assetId} has a job: reconcile looks for it`);
  return { asset: current, mine: changed?.changed === true && !current.submitting?.shared };
}

/** Takes the mark away when it is certain that no job was made: the one who left it was told so, and nobody joined. */
async function unmark(asset: Asset, { ledger, clock }: IngestPorts): Promise<void> {
  await ledger.change(asset.assetId, (current) => {
    if (current.attempt !== asset.attempt || current.submitting?.at !== asset.submitting?.at) return undefined;
    if (current.submitting?.shared) return undefined;
    const { submitting: _mark, ...rest } = current;
    return { ...rest, due: minutesAfter(clock.now(), PATIENCE.ingest) };
  });
}

/** Probed, or held and approved → submitted, or failed when the service refuses the settings. */
export async function submit(asset: Asset, ports: IngestPorts, config: IngestConfig): Promise<Asset> {
  const source = asset.probe as SourceProbe;
  const planned = planTitle(source);
  const { asset: marked, mine } = await mark(asset, ports, config.queueArn);
  if (!isWaiting(marked)) return marked;
  const step = { attempt: marked.attempt, now: ports.clock.now() };
  if ("reason" in planned) return finish(marked, ports, { ...step, to: "rejected", reason: planned.reason });
  try {
    const { assetId, videoId, attempt, key } = marked;
    const order = { stack: config.stack, assetId, videoId, attempt, key, source, plan: planned.plan };
    const reply = await ports.transcoder.createJob(jobRequest(order, config));
    if ("refused" in reply) return finish(marked, ports, { ...step, to: "failed", reason: reply.refused });
    return finish(marked, ports, { ...step, to: "submitted", patch: { jobId: reply.jobId } });
  } catch (error) {
    if (mine && error instanceof NotCreated) await unmark(marked, ports);
    throw error;
  }
}

async function finish(asset: Asset, { ledger }: IngestPorts, step: Parameters<typeof advance>[1]): Promise<Asset> {
  const changed = await ledger.change(asset.assetId, (current) => advance(current, step));
  return changed?.asset ?? asset;
}
