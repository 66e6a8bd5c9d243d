/**
 * Creates the job of an attempt once, although every reply can be lost. MediaConvert knows a repeated request by its token
 * for about a minute only, and no two machines' clocks agree well enough to tell whether that minute is over: so whoever is
 * about to ask first leaves a mark in the ledger, asks soon or not at all, and alone repeats the request. Who finds a mark
 * leaves it to reconcile, which looks for the job once nobody can be asking any more. A job that was made tells of itself too.
 */
import type { CreateJobRequest } from "@aws-sdk/client-mediaconvert";
import type { Asset } from "../../contracts/ledger";
import { jobRequest } from "../../encoding/job";
import { planTitle } from "../../encoding/plan";
import type { SourceProbe } from "../../encoding/probe";
import { TryLater } from "../errors";
import { advance, minutesAfter, PATIENCE } from "../ledger/transitions";
import { NotCreated, type Refused } from "../ports";
import { goneReason } from "./gone";
import type { IngestConfig, IngestPorts } from "./ports";

/** Seconds after its mark in which a request may still be sent. Far less than reconcile waits: PATIENCE.submission. */
const ASK_WITHIN = 60;
/**
 * Seconds in which a request may be repeated after the first was sent. With the time-out of the second both reach the
 * service within the life of their token: "within one minute" (API reference, "Idempotency").
 */
const REPEAT_WITHIN = 20;

const isWaiting = ({ state, approved }: Asset): boolean =>
  state === "probed" || (state === "held" && approved === true);

/** A clock that was set back in between says nothing: that counts as too late. */
const isWithin = (seconds: number, since: Date, now: Date): boolean =>
  now >= since && now.getTime() - since.getTime() <= seconds * 1000;

/**
 * Leaves the mark. Gives the asset as it is when there is nothing to submit any more.
 * @throws TryLater when there is a mark already.
 */
async function mark(asset: Asset, { ledger, clock }: IngestPorts, queue: string): Promise<Asset> {
  const now = clock.now();
  const changed = await ledger.change(asset.assetId, (current) => {
    if (current.attempt !== asset.attempt || !isWaiting(current) || current.submitting) return undefined;
    return {
      ...current,
      submitting: { at: now.toISOString(), queue },
      due: minutesAfter(now, PATIENCE.submission),
    };
  });
  const current = changed?.asset ?? asset;
  if (!changed?.changed && isWaiting(current) && current.submitting)
    throw new TryLater(`it is not known yet whether asset ${asset.assetId} has a job`);
  return current;
}

/** Takes the mark away when it is certain that no job was made: the one who left it was told so. */
async function unmark(asset: Asset, { ledger, clock }: IngestPorts): Promise<void> {
  await ledger.change(asset.assetId, (current) => {
    if (current.attempt !== asset.attempt || current.submitting?.at !== asset.submitting?.at) return undefined;
    const { submitting: _mark, ...rest } = current;
    return { ...rest, due: minutesAfter(clock.now(), PATIENCE.ingest) };
  });
}

/** Asks, and once more when the reply was lost: the token makes both the same job. */
async function create(
  request: CreateJobRequest,
  { transcoder, clock }: IngestPorts,
): Promise<{ jobId: string } | Refused> {
  const sent = clock.now();
  try {
    return await transcoder.createJob(request);
  } catch (error) {
    if (error instanceof NotCreated || !isWithin(REPEAT_WITHIN, sent, clock.now())) throw error;
    try {
      return await transcoder.createJob(request);
    } catch (again) {
      // That the second made none does not say that the first did not.
      throw new Error("the replies of two requests for one job were lost", { cause: again });
    }
  }
}

/** Probed, or held and approved → submitted, failed when the service refuses the settings, rejected when the file is gone. */
export async function submit(asset: Asset, ports: IngestPorts, config: IngestConfig): Promise<Asset> {
  const source = asset.probe as SourceProbe;
  const planned = planTitle(source);
  const reason = "reason" in planned ? planned.reason : await goneReason(asset, ports.store);
  const step = { attempt: asset.attempt, now: ports.clock.now() };
  if (reason && !asset.submitting) return finish(asset, ports, { ...step, to: "rejected", reason });
  const marked = await mark(asset, ports, config.queueArn);
  if (!isWaiting(marked) || "reason" in planned) return marked;
  if (!marked.submitting || !isWithin(ASK_WITHIN, new Date(marked.submitting.at), ports.clock.now()))
    throw new TryLater(`the mark of asset ${asset.assetId} is too old to ask for its job`);
  try {
    const { assetId, videoId, attempt, key } = marked;
    const order = { stack: config.stack, assetId, videoId, attempt, key, source, plan: planned.plan };
    const reply = await create(jobRequest(order, config), ports);
    if ("refused" in reply) return finish(marked, ports, { ...step, to: "failed", reason: reply.refused });
    return finish(marked, ports, { ...step, to: "submitted", patch: { jobId: reply.jobId } });
  } catch (error) {
    if (error instanceof NotCreated) await unmark(marked, ports);
    throw error;
  }
}

async function finish(asset: Asset, { ledger }: IngestPorts, step: Parameters<typeof advance>[1]): Promise<Asset> {
  const changed = await ledger.change(asset.assetId, (current) => advance(current, step));
  return changed?.asset ?? asset;
}
