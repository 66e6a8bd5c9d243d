/** Broken cores: what the checker must notice. Each breaks one promise in the way that such code is usually written. */
import type { Job } from "@aws-sdk/client-mediaconvert";
import { StoryboardMessage } from "../../contracts/events";
import type { Asset } from "../../contracts/ledger";
import { keepHistory } from "../../handlers/follow";
import { ingest } from "../../handlers/ingest/core";
import type { Item, Table } from "../../handlers/ledger/schema";
import type { Ledger, Transcoder } from "../../handlers/ports";
import { reconcile } from "../../handlers/reconcile/core";
import { storyboard } from "../../handlers/storyboard/core";
import { track } from "../../handlers/track/core";
import { CORES, type Cores } from "./cloud";
import type { ViolationKind } from "./watch";

export interface Mutant {
  name: string;
  cores: Cores;
  /** Any of these must be reported. */
  caughtAs: ViolationKind[];
}

/** Writes whatever anybody wrote between. */
const unconditional = (table: Table): Table => ({
  ...table,
  async write(writes) {
    const fresh = await Promise.all(
      writes.map(async (write) => {
        const now = await table.get(write.item.pk);
        return { item: { ...write.item, revision: (now?.revision ?? 0) + 1 }, expected: now?.revision ?? null };
      }),
    );
    return table.write(fresh);
  },
});

/** Nobody sees that somebody else is asking for the job. */
const withoutMarks = (table: Table): Table => ({
  ...table,
  async get(pk) {
    const item = await table.get(pk);
    const { submitting: _mark, ...rest } = item ?? { pk: "", revision: 0 };
    return item && (rest as Item);
  },
});

const withoutToken = (transcoder: Transcoder): Transcoder => ({
  ...transcoder,
  createJob: ({ ClientRequestToken: _token, ...request }) => transcoder.createJob(request),
});

/** Nobody finds the job whose creation was not answered. */
const unfound = (transcoder: Transcoder): Transcoder => ({ ...transcoder, findJob: async () => undefined });

/** A ledger of which one method is another. */
const ledgerWith = <Ports extends { ledger: Ledger }>(
  ports: Ports,
  changed: (ledger: Ledger) => Partial<Ledger>,
): Ports => {
  const { ledger } = ports;
  const all: Ledger = {
    claim: (upload) => ledger.claim(upload),
    asset: (id) => ledger.asset(id),
    change: (id, decide) => ledger.change(id, decide),
    titles: (objects) => ledger.titles(objects),
    makeCurrent: (asset) => ledger.makeCurrent(asset),
    assetsOf: (id) => ledger.assetsOf(id),
    inState: (state) => ledger.inState(state),
    overdue: (now, limit) => ledger.overdue(now, limit),
    cursor: (name) => ledger.cursor(name),
    saveCursor: (name, value) => ledger.saveCursor(name, value),
  };
  return { ...ports, ledger: { ...all, ...changed(all) } };
};

interface Event {
  detail?: { status?: string; userMetadata?: { assetId?: string } };
}

/** The event's word is taken as it comes. */
const backwards: Cores["track"] = async (body, ports, config) => {
  await track(body, ports, config);
  const { status, userMetadata } = (body as Event | null)?.detail ?? {};
  if (status !== "PROGRESSING" || !userMetadata?.assetId) return;
  await ports.ledger.change(userMetadata.assetId, (asset): Asset => ({ ...asset, state: "progressing" }));
};

/** Plays as soon as the job begins. */
const early: Cores["track"] = async (body, ports, config) => {
  await track(body, ports, config);
  const { status, userMetadata } = (body as Event | null)?.detail ?? {};
  if (status !== "PROGRESSING" || !userMetadata?.assetId) return;
  await ports.ledger.change(userMetadata.assetId, (asset) => {
    if (asset.state !== "progressing") return undefined;
    const base = `media/${asset.videoId}/${asset.assetId}/stream`;
    const outputs = {
      hls: `${base}.m3u8`,
      dash: `${base}.mpd`,
      poster: null,
      thumbnails: null,
      renditions: [],
      duration: 1,
    };
    const warning = { code: "no-captures", text: "none" };
    return { ...asset, state: "ready", outputs, warning, due: undefined };
  });
};

const retriesByItself: Cores["reconcile"] = async (ports, config) => {
  for (const { assetId } of await ports.ledger.inState("failed"))
    await ports.ledger.change(assetId, (asset) =>
      asset.state === "failed" && asset.attempt === 1
        ? { ...asset, state: "claimed", attempt: 2, due: asset.updated, reason: undefined }
        : undefined,
    );
  await reconcile(ports, config);
};

const silent: Cores["storyboard"] = (delivery, ports, config) =>
  storyboard(delivery, { ...ports, bus: { ...ports.bus, videoChanged: async () => undefined } }, config);

/** Says ready before the ledger does. */
const boastful: Cores["storyboard"] = async (delivery, ports, config) => {
  const request = StoryboardMessage.safeParse(delivery.body);
  const asset = request.success ? await ports.ledger.asset(request.data.detail.assetId) : undefined;
  if (asset?.outputs) {
    const { videoId, assetId, title, sequencer, updated } = asset;
    const state = "canceled" as const;
    const detail = {
      stack: config.stack,
      videoId,
      assetId,
      title,
      state,
      reason: null,
      outputs: null,
      sequencer,
      at: updated,
    };
    await ports.bus.videoChanged("VideoCanceled", { ...detail, outputs: null });
  }
  await storyboard(delivery, ports, config);
};

/** The last to finish plays, whichever is newer. */
const lastPlays: Cores["storyboard"] = (delivery, ports, config) =>
  storyboard(
    delivery,
    ledgerWith(ports, (ledger) => ({
      makeCurrent: (asset) => ledger.makeCurrent({ ...asset, sequencer: "F".repeat(48) }),
    })),
    config,
  );

const forgetful: Cores["ingest"] = (body, ports, config) =>
  ingest(
    body,
    ledgerWith(ports, (ledger) => ({
      change: (id, decide) =>
        ledger.change(id, (asset) => {
          const { reason: _reason, ...rest } = decide(asset) ?? asset;
          return decide(asset) && rest;
        }),
    })),
    config,
  );

const careless: Cores["track"] = async (body, ports, config) => {
  await track(body, ports, config);
  const { userMetadata } = (body as Event | null)?.detail ?? {};
  const asset = userMetadata?.assetId ? await ports.ledger.asset(userMetadata.assetId) : undefined;
  if (asset) await keepHistory({ ...asset, attempt: asset.attempt + 1 }, { Id: "other" } as Job, ports, config);
};

const swallows: Cores["ingest"] = (body, ports, config) => ingest(body, ports, config).catch(() => undefined);

const blind: Cores["reconcile"] = (ports, config) =>
  reconcile(
    ledgerWith(ports, () => ({ overdue: async () => [] })),
    config,
  );

export const MUTANTS: readonly Mutant[] = [
  {
    name: "a ledger without conditional writes",
    cores: { ...CORES, table: unconditional },
    caughtAs: ["doubled", "regressed", "uncounted", "lost"],
  },
  {
    name: "ingest that asks for a job whoever else does",
    cores: { ...CORES, table: withoutMarks },
    caughtAs: ["doubled"],
  },
  { name: "ingest without ClientRequestToken", cores: { ...CORES, transcoder: withoutToken }, caughtAs: ["doubled"] },
  { name: "reconcile that finds no job", cores: { ...CORES, transcoder: unfound }, caughtAs: ["doubled"] },
  { name: "track that believes every event", cores: { ...CORES, track: backwards }, caughtAs: ["regressed"] },
  { name: "ready before the outputs", cores: { ...CORES, track: early }, caughtAs: ["unplayable"] },
  {
    name: "reconcile that retries by itself",
    cores: { ...CORES, reconcile: retriesByItself },
    caughtAs: ["uncounted"],
  },
  { name: "a storyboard that tells nobody", cores: { ...CORES, storyboard: silent }, caughtAs: ["catalogue"] },
  {
    name: "a storyboard that tells what never was",
    cores: { ...CORES, storyboard: boastful },
    caughtAs: ["unannounced"],
  },
  { name: "the last to finish plays", cores: { ...CORES, storyboard: lastPlays }, caughtAs: ["current"] },
  { name: "a rejection without its reason", cores: { ...CORES, ingest: forgetful }, caughtAs: ["verdict"] },
  { name: "records of an attempt that is none", cores: { ...CORES, track: careless }, caughtAs: ["orphan"] },
  {
    name: "ingest that swallows its errors",
    cores: { ...CORES, ingest: swallows, reconcile: blind },
    caughtAs: ["lost"],
  },
  { name: "reconcile that looks after nothing", cores: { ...CORES, reconcile: blind }, caughtAs: ["stuck"] },
];
