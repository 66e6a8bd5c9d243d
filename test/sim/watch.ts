/** Invariants of the ledger that hold at every single write. */
import { type Asset, type AssetState, isEnd, RANK, type Title } from "../../contracts/ledger";
import type { Item } from "../../handlers/ledger/schema";
import { isNewer } from "../../handlers/ledger/transitions";
import type { SimBucket } from "./bucket";
import type { Sim } from "./machine";
import { reach } from "./media";

/**
 * - lost: an upload has no end · doubled: it has two assets, or an attempt two jobs · stuck: something is never done
 * - regressed: a state went backwards · unplayable: ready without its files · orphan: files or jobs that belong to nobody
 * - uncounted: attempts do not count the retries · unannounced: the bus was not told, or was told what never was
 * - catalogue: its row is not the ledger's · current: not the newest ready asset plays · verdict: an end that the file did not earn
 */
export type ViolationKind =
  | "lost"
  | "doubled"
  | "stuck"
  | "regressed"
  | "unplayable"
  | "orphan"
  | "uncounted"
  | "unannounced"
  | "catalogue"
  | "current"
  | "verdict";

export interface Violation {
  kind: ViolationKind;
  text: string;
}

const asset = (item: Item): Asset => item as unknown as Asset;
const mayBeRetried = (state: AssetState): boolean => state === "failed" || state === "canceled";

export class Watcher {
  readonly violations: Violation[] = [];
  /** How often each machine has started another attempt. */
  readonly attemptsBy = new Map<string, number>();
  private readonly claims = new Map<string, unknown>();

  constructor(
    private readonly sim: Sim,
    private readonly media: () => SimBucket,
  ) {}

  private broken(kind: ViolationKind, text: string): void {
    this.violations.push({ kind, text });
  }

  readonly watch = (before: Item | undefined, after: Item, by: string): void => {
    if (after.pk.startsWith("ASSET#")) this.watchAsset(before && asset(before), asset(after), by);
    if (after.pk.startsWith("TITLE#")) this.watchTitle(before as Title | undefined, after as unknown as Title);
    if (after.pk.startsWith("CLAIM#")) {
      const known = this.claims.get(after.pk);
      if (known !== undefined && known !== after.assetId)
        this.broken("doubled", "one upload was claimed for two assets");
      this.claims.set(after.pk, after.assetId);
    }
  };

  private watchAsset(before: Asset | undefined, after: Asset, by: string): void {
    const { assetId, attempt, state } = after;
    const name = `${assetId.slice(-3)} (${by})`;
    if (!before) {
      if (state !== "claimed" || attempt !== 1)
        this.broken("regressed", `${name} began as ${state}, attempt ${attempt}`);
      return;
    }
    if (before.state !== state || before.attempt !== attempt)
      this.sim.seen.add(before.attempt === attempt ? `${before.state} → ${state}` : `${before.state} → retry`);
    if (attempt !== before.attempt) this.watchAttempt(before, after, by, name);
    else if (RANK[state] < RANK[before.state] || (isEnd(before.state) && state !== before.state))
      this.broken("regressed", `${name} went from ${before.state} to ${state} in attempt ${attempt}`);
    if (state === "ready" && before.state !== "ready") this.watchReady(after, name);
  }

  private watchAttempt(before: Asset, after: Asset, by: string, name: string): void {
    this.attemptsBy.set(by, (this.attemptsBy.get(by) ?? 0) + 1);
    const step = `${name} went from attempt ${before.attempt} (${before.state}) to ${after.attempt} (${after.state})`;
    if (after.attempt !== before.attempt + 1 || !by.startsWith("operator-")) this.broken("uncounted", step);
    if (!mayBeRetried(before.state) || after.state !== "claimed") this.broken("regressed", step);
  }

  private watchReady({ outputs, warning }: Asset, name: string): void {
    if (!outputs) return this.broken("unplayable", `${name} is ready without outputs`);
    const { hls, dash, poster, thumbnails } = outputs;
    const roots = [hls, dash, ...(poster === null ? [] : [poster]), ...(thumbnails === null ? [] : [thumbnails])];
    const { missing } = reach(this.media(), roots);
    if (missing.length > 0) this.broken("unplayable", `${name} is ready without ${missing.join(", ")}`);
    if ((poster === null || thumbnails === null) && !warning)
      this.broken("unplayable", `${name} is ready without pictures and without a warning`);
    this.sim.seen.add(warning ? `ready with a warning: ${warning.code}` : "ready with pictures");
  }

  private watchTitle(before: Title | undefined, after: Title): void {
    const [was, is] = [before?.current, after.current];
    if (was && (!is || (is.assetId !== was.assetId && !isNewer(is.sequencer, was.sequencer))))
      this.broken("current", `title ${after.key}: an older asset replaced the one that plays`);
    if (before && before.videoId !== (after as unknown as { videoId?: string }).videoId)
      this.broken("doubled", `title ${after.key} got a second id`);
  }
}
