/**
 * Ingest: claims an upload, looks at its bytes, probes and prices it, and creates its job, or rejects or holds it with a
 * reason. Every step reads the ledger first and leaves its result there, so that a message may come twice, at once, late,
 * or after a crash at any point.
 */
import { type Asset, isEnd, type Reason } from "../../contracts/ledger";
import { planTitle, type TitlePlan } from "../../encoding/plan";
import { readProbe, type SourceProbe } from "../../encoding/probe";
import { advance } from "../ledger/transitions";
import { settle } from "../settle";
import type { Upload } from "../ports";
import { goneBy } from "./gone";
import { look } from "./look";
import type { IngestConfig, IngestPorts } from "./ports";
import { submit } from "./submit";
import { readUploads } from "./upload";

type Inspection = { source: SourceProbe; plan: TitlePlan } | { reason: Reason };

async function inspect(asset: Asset, { store, transcoder }: IngestPorts): Promise<Inspection> {
  const { bucket, key } = asset;
  const object = await store.head(bucket, key);
  const gone = goneBy(asset, object);
  if (gone || !object) return { reason: gone as Reason };
  const reason = await look(asset, object.size, store);
  if (reason) return { reason };
  const probed = await transcoder.probe(bucket, key);
  if ("refused" in probed) return { reason: probed.refused };
  const outcome = readProbe(probed.result);
  if ("reason" in outcome) return outcome;
  const planned = planTitle(outcome.source);
  return "reason" in planned ? planned : { source: outcome.source, plan: planned.plan };
}

/** Claimed → probed, or rejected. */
async function examine(asset: Asset, ports: IngestPorts): Promise<Asset> {
  const found = await inspect(asset, ports);
  const step = { attempt: asset.attempt, now: ports.clock.now() };
  const changed = await ports.ledger.change(asset.assetId, (current) => {
    if ("reason" in found) return advance(current, { ...step, to: "rejected", reason: found.reason });
    const { price, warning } = found.plan;
    const patch = { probe: found.source, price, ...(warning ? { warning } : {}) };
    return advance(current, { ...step, to: "probed", patch });
  });
  return changed?.asset ?? asset;
}

const usd = (price: number): string => `$${price.toFixed(price < 1 ? 4 : 2)}`;

/** Probed → held, when nobody has accepted the price. */
async function weigh(asset: Asset, ports: IngestPorts, { maxTitlePrice }: IngestConfig): Promise<Asset> {
  if (asset.state !== "probed" || asset.approved || asset.price <= maxTitlePrice) return asset;
  const text = `making this title costs ${usd(asset.price)}, the limit is ${usd(maxTitlePrice)}`;
  const reason = { code: "price-limit", text };
  const step = { to: "held" as const, attempt: asset.attempt, now: ports.clock.now(), reason };
  const changed = await ports.ledger.change(asset.assetId, (current) =>
    current.approved ? undefined : advance(current, step),
  );
  return changed?.asset ?? asset;
}

/** Takes an asset as far as it can go now. */
async function pursue(claimed: Asset, ports: IngestPorts, config: IngestConfig): Promise<Asset> {
  const examined = claimed.state === "claimed" ? await examine(claimed, ports) : claimed;
  const weighed = await weigh(examined, ports, config);
  const wanted = weighed.state === "probed" || (weighed.state === "held" && weighed.approved === true);
  return wanted ? submit(weighed, ports, config) : weighed;
}

async function take(upload: Upload, ports: IngestPorts, config: IngestConfig): Promise<void> {
  const claimed = await ports.ledger.claim(upload);
  const asset = await pursue(claimed, ports, config);
  await settle(asset, ports, config.stack);
  ports.log.info("upload handled", { assetId: asset.assetId, videoId: asset.videoId, state: asset.state });
  if (isEnd(asset.state) && !isEnd(claimed.state)) ports.metrics.count("UploadRejected");
}

/** Handles one message of the ingest queue. Of several uploads in it, one that fails keeps none of the others waiting. */
export async function ingest(body: unknown, ports: IngestPorts, config: IngestConfig): Promise<void> {
  const uploads = readUploads(body, config.ingestBucket);
  if (uploads.length === 0) ports.log.info("message without an upload ignored");
  const taken = await Promise.allSettled(uploads.map((upload) => take(upload, ports, config)));
  const failed = taken.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}
