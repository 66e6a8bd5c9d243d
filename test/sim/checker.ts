/**
 * What must be true once everything has come to rest. The exceptions are these, and no others:
 * - An upload may have no asset when no message of it ever reached the ingest queue (its event was lost) and it was replaced or
 *   deleted before reconcile told of it, or when the very same bytes under the same name are known by another upload.
 * - A file that was replaced or deleted may end with any verdict that has a reason: its job may meet the newer file.
 * - Uploads of the same bytes under the same name may have each other's asset.
 * - After a day in which nothing ran, an upload may fail as ingest-stuck.
 * - Files of an attempt that did not become ready stay where its job left them; so do sprite sheets of a storyboard given up.
 */
import { type Asset, comparableSequencer, isEnd, type Title } from "../../contracts/ledger";
import { assetPrefix, capturePrefix, jobHistoryKey, posterKey, thumbnailsKey } from "../../contracts/keys";
import { claimKey } from "../../handlers/ledger/schema";
import { CONFIG } from "../support/ingestConfig";
import { VERDICTS } from "./contents";
import { SECOND } from "./machine";
import { reach } from "./media";
import type { Violation, ViolationKind } from "./watch";
import type { Uploaded, World } from "./world";

type Report = (kind: ViolationKind, text: string) => void;

export function assetsOf(world: World): Asset[] {
  return world.cloud.table.all("ASSET#") as unknown as Asset[];
}

/** The asset of an upload: claimed under its version, or found by reconcile without its event. */
function assetOf(upload: Uploaded, world: World, assets: Asset[]): Asset | undefined {
  const claim = world.cloud.table.peek(
    claimKey({ bucket: CONFIG.ingestBucket, key: upload.key, version: upload.version }),
  );
  if (claim) return assets.find(({ assetId }) => assetId === claim.assetId);
  // A listing names whole seconds.
  const listed = Math.floor(upload.modified / SECOND) * SECOND;
  return assets.find(
    ({ key, etag, recovered, uploaded }) =>
      recovered === true && key === upload.key && etag === upload.etag && Date.parse(uploaded) === listed,
  );
}

function checkUploads(world: World, assets: Asset[], report: Report): void {
  const taken = new Map<Asset, Uploaded>();
  for (const upload of world.uploads) {
    const asset = assetOf(upload, world, assets);
    const known = asset && taken.get(asset);
    if (asset && !known) taken.set(asset, upload);
    if (asset && (!known || known.etag === upload.etag)) checkEnd(upload, asset, world, report);
    else if (upload.sent || upload.goneAt === undefined)
      if (!world.isRepetition(upload)) report("lost", `upload ${upload.name} has no asset of its own`);
  }
  for (const asset of assets)
    if (!taken.has(asset) && !isOneOfMany(asset, world, assets))
      report("doubled", `asset ${asset.assetId.slice(-3)} of ${asset.key} belongs to no upload`);
}

/** Of the same bytes uploaded more than once, it cannot be told whose asset is whose; but each has at most one. */
function isOneOfMany({ key, etag }: Asset, world: World, assets: Asset[]): boolean {
  const alike = (each: { key: string; etag: string }): boolean => each.key === key && each.etag === etag;
  return assets.filter(alike).length <= world.uploads.filter(alike).length;
}

function checkEnd(upload: Uploaded, asset: Asset, world: World, report: Report): void {
  const { state, reason, approved } = asset;
  const says = `upload ${upload.name} (${upload.content}) is ${state}${reason ? `: ${reason.code}` : ""}`;
  if (state !== "held" && !isEnd(state)) return report("lost", says);
  if (state !== "ready" && (!reason || reason.text === "")) report("verdict", `${says} without a reason`);
  if (state === "ready" && reason) report("verdict", says);
  if (state === "held" && approved) report("verdict", says);
  if (upload.goneAt !== undefined) return;
  if (state === "held") return upload.content === "dear" ? undefined : report("verdict", says);
  // Nothing was tried for a day, and a retry starts it again.
  if (reason?.code === "ingest-stuck" && world.longOutage) return;
  const verdict = VERDICTS[upload.content];
  if (verdict !== undefined) {
    if (state !== "rejected" || reason?.code !== verdict) report("verdict", says);
  } else if (state === "rejected" || reason?.code === "job-lost") report("verdict", says);
  else if (
    (reason?.code === "job-refused") !== (upload.content === "refused") &&
    !reason?.code.startsWith("ingest-stuck")
  )
    report("verdict", says);
}

function checkJobs(world: World, assets: Asset[], report: Report): void {
  const made = new Map<string, number>();
  for (const { job } of world.cloud.service.jobs) {
    const { assetId, attempt } = job.UserMetadata ?? {};
    const asset = assets.find((each) => each.assetId === assetId);
    if (!asset || Number(attempt) > asset.attempt) report("orphan", `job ${job.Id} belongs to no attempt`);
    const name = `asset ${assetId?.slice(-3)}, attempt ${attempt}`;
    made.set(name, (made.get(name) ?? 0) + 1);
  }
  for (const [name, count] of made) if (count > 1) report("doubled", `${name} has ${count} jobs`);
  for (const upload of world.uploads) {
    const asset = upload.goneAt === undefined && upload.content in VERDICTS && assetOf(upload, world, assets);
    if (asset && world.cloud.service.jobs.some(({ job }) => job.UserMetadata?.assetId === asset.assetId))
      report("doubled", `upload ${upload.name} (${upload.content}) cost a job`);
  }
}

function checkFiles(world: World, assets: Asset[], report: Report): void {
  const { media, service } = world.cloud;
  const left = new Set(media.objects.keys());
  for (const { job } of service.jobs) {
    const { assetId = "", attempt = "" } = job.UserMetadata ?? {};
    left.delete(jobHistoryKey(assetId, Number(attempt), String(job.Id)));
  }
  for (const asset of assets) {
    const { videoId, assetId, state, outputs, warning } = asset;
    const hasJob = service.jobs.some(({ job }) => job.UserMetadata?.assetId === assetId);
    if (!hasJob) continue;
    const own = [assetPrefix(videoId, assetId), capturePrefix(videoId, assetId), posterKey(videoId, assetId)];
    const mine = [...left].filter((key) => own.some((prefix) => key.startsWith(prefix)));
    for (const key of mine) left.delete(key);
    if (state !== "ready" || !outputs) continue;
    const { hls, dash, poster, thumbnails } = outputs;
    const roots = [hls, dash, ...(thumbnails === null ? [] : [thumbnails]), ...(poster === null ? [] : [poster])];
    const { named, missing } = reach(media, roots);
    if (missing.length > 0) report("unplayable", `ready asset ${assetId.slice(-3)} lacks ${missing.join(", ")}`);
    const extra = mine.filter((key) => !named.has(key) && !key.startsWith(capturePrefix(videoId, assetId)));
    const ofPictures = [
      /sprite-\d+\.jpg$/,
      new RegExp(`^${posterKey(videoId, assetId)}$`),
      new RegExp(`^${thumbnailsKey(videoId, assetId)}$`),
    ];
    const orphans = extra.filter((key) => !warning || !ofPictures.some((pattern) => pattern.test(key)));
    if (orphans.length > 0)
      report("orphan", `ready asset ${assetId.slice(-3)} has unnamed files: ${orphans.join(", ")}`);
  }
  if (left.size > 0) report("orphan", `files of nobody: ${[...left].join(", ")}`);
}

function checkRetries(world: World, assets: Asset[], report: Report): void {
  const { attemptsBy } = world.watcher;
  for (const { machine, done } of world.retries) {
    const started = attemptsBy.get(machine) ?? 0;
    if (started > 1 || (done === true && started !== 1))
      report("uncounted", `${machine} was told ${String(done)} and started ${started} attempts`);
  }
  const attempts = assets.reduce((sum, { attempt }) => sum + attempt - 1, 0);
  const started = [...attemptsBy.values()].reduce((sum, count) => sum + count, 0);
  if (attempts !== started) report("uncounted", `${started} retries, but ${attempts} further attempts`);
}

function checkTold(world: World, assets: Asset[], report: Report): void {
  for (const { type, detail } of world.cloud.told) {
    const asset = assets.find(({ assetId }) => assetId === detail.assetId);
    const was = asset?.history.some(({ state }) => state === detail.state);
    if (!was) report("unannounced", `${type} of ${detail.assetId.slice(-3)} was told and never was`);
  }
  for (const { assetId, state, updated } of assets) {
    const told = world.cloud.told.some(
      ({ detail }) => detail.assetId === assetId && detail.state === state && detail.at === updated,
    );
    if (!told) report("unannounced", `the ${state} of ${assetId.slice(-3)} was never told`);
  }
}

const order = ({ sequencer }: { sequencer: string }): string => comparableSequencer(sequencer);
const newest = (assets: Asset[]): Asset | undefined =>
  assets.reduce<Asset | undefined>((best, each) => (best && order(best) >= order(each) ? best : each), undefined);

function checkTitles(world: World, assets: Asset[], report: Report): void {
  const titles = world.cloud.table.all("TITLE#") as unknown as (Title & { titleVideoId: string })[];
  for (const title of titles) {
    const own = assets.filter(({ videoId }) => videoId === title.titleVideoId);
    const plays = newest(own.filter(({ state }) => state === "ready"));
    if (title.current?.assetId !== plays?.assetId)
      report(
        "current",
        `title ${title.key} plays ${title.current?.assetId.slice(-3)}, not ${plays?.assetId.slice(-3)}`,
      );
    const row = world.cloud.catalogue.rows.get(title.titleVideoId);
    const last = newest(own);
    const is = `${row?.state} of ${row?.stateAssetId.slice(-3)}, plays ${row?.assetId?.slice(-3)}`;
    const should = `${last?.state} of ${last?.assetId.slice(-3)}, plays ${plays?.assetId.slice(-3)}`;
    if (is !== should || JSON.stringify(row?.outputs ?? null) !== JSON.stringify(plays?.outputs ?? null))
      report("catalogue", `title ${title.key}: the row says ${is}, the ledger ${should}`);
  }
  const ids = new Set(titles.map(({ titleVideoId }) => titleVideoId));
  for (const { assetId, videoId, key } of assets)
    if (!ids.has(videoId)) report("doubled", `asset ${assetId.slice(-3)} of ${key} belongs to no title`);
}

function checkRest(world: World, assets: Asset[], ended: boolean, report: Report): void {
  const { queues, service, undelivered } = world.cloud;
  for (const { assetId, state, due } of assets)
    if (due !== undefined) report("stuck", `asset ${assetId.slice(-3)} (${state}) is still due at ${due}`);
  for (const [name, queue] of Object.entries(queues)) {
    if (queue.open > 0) report("stuck", `${queue.open} messages in ${name}: ${queue.bodies[0]}`);
    for (const { body } of queue.dead)
      if (!world.nonsense.has(body)) report("stuck", `dead letter of ${name}: ${body}`);
  }
  if (service.running > 0) report("stuck", `${service.running} jobs still run`);
  if (undelivered.length > 0) report("stuck", `${undelivered.length} events undelivered`);
  if (!ended) report("stuck", "things still happen long after everything works");
}

/** @param ended false when the history was cut off. */
export function check(world: World, ended: boolean): Violation[] {
  const found: Violation[] = [...world.watcher.violations];
  const report: Report = (kind, text) => void found.push({ kind, text });
  const assets = assetsOf(world);
  checkRest(world, assets, ended, report);
  checkUploads(world, assets, report);
  checkJobs(world, assets, report);
  checkFiles(world, assets, report);
  checkRetries(world, assets, report);
  checkTold(world, assets, report);
  checkTitles(world, assets, report);
  return found;
}
