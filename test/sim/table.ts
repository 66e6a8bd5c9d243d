/** The ledger's table: reads by key are strong, an index lags behind, a write names the revision that it saw. */
import { LEDGER_INDEXES } from "../../contracts/ledgerTable";
import type { IndexName, Item, Table, Write } from "../../handlers/ledger/schema";
import { type Machine, SECOND, type Sim } from "./machine";

interface Version {
  at: number;
  item: Item;
}

/** An item's last versions are kept for indexes that lag. */
const KEPT = 6;

/** The item as DynamoDB keeps it: attributes without a value are not there. */
function stored(item: Item): Item {
  const kept: Item = { ...item };
  for (const name in kept) if (kept[name] === undefined) delete kept[name];
  return Object.freeze(kept);
}

export type Watch = (before: Item | undefined, after: Item, by: string) => void;

export class SimTable {
  readonly items = new Map<string, Version[]>();

  constructor(
    private readonly sim: Sim,
    private readonly watch: Watch,
  ) {}

  peek(pk: string): Item | undefined {
    return this.items.get(pk)?.at(-1)?.item;
  }

  /** The newest version of everything whose key begins so. */
  all(prefix: string): Item[] {
    const found: Item[] = [];
    for (const [pk, versions] of this.items) if (pk.startsWith(prefix)) found.push((versions.at(-1) as Version).item);
    return found;
  }

  write(writes: readonly Write[], by: string): boolean {
    for (const { item, expected } of writes)
      if ((this.peek(item.pk)?.revision ?? null) !== expected) {
        this.sim.seen.add("ledger: lost a race");
        return false;
      }
    for (const { item } of writes) this.put(item, by);
    return true;
  }

  private put(raw: Item, by: string): void {
    const item = stored(raw);
    const versions = this.items.get(item.pk) ?? [];
    const previous = versions.at(-1)?.item;
    versions.push({ at: this.sim.scheduler.now, item });
    if (versions.length > KEPT) versions.shift();
    this.items.set(item.pk, versions);
    this.watch(previous, item, by);
  }

  query(index: IndexName, hash: string, { upTo, limit }: { upTo?: string; limit?: number } = {}): Item[] {
    const { random, scheduler, seen } = this.sim;
    const { hashKey, rangeKey } = LEDGER_INDEXES[index];
    const lag = random.chance(0.2) ? random.int(30 * SECOND) : 0;
    const found: Item[] = [];
    for (const versions of this.items.values()) {
      const version = versions.findLast(({ at }) => at <= scheduler.now - lag);
      if (version !== versions.at(-1)) seen.add(`index: ${index} lagged`);
      const item = version?.item;
      if (!item || item[hashKey] !== hash || typeof item[rangeKey] !== "string") continue;
      if (upTo === undefined || item[rangeKey] <= upTo) found.push(item);
    }
    const range = (item: Item): string => String(item[rangeKey]);
    return found.sort((a, b) => (range(a) < range(b) ? -1 : range(a) > range(b) ? 1 : 0)).slice(0, limit);
  }

  /** What a write means, by what it changes: the name of its effect. */
  private nameOf(writes: readonly Write[]): string {
    const item = writes[0]?.item ?? { pk: "", revision: 0 };
    if (item.pk.startsWith("CLAIM#")) return "claim";
    if (item.pk.startsWith("TITLE#")) return "current";
    if (item.pk.startsWith("CURSOR#")) return "cursor";
    const now = this.peek(item.pk);
    if (item.attempt !== now?.attempt) return "retry";
    if (item.outputs && !now?.outputs) return "outputs";
    if (item.state !== now?.state) return String(item.state);
    if (Boolean(item.submitting) !== Boolean(now?.submitting)) return item.submitting ? "mark" : "unmark";
    if (item.announced !== now?.announced) return "announced";
    if (item.approved !== now?.approved) return "approved";
    return "other";
  }

  /** The table as one machine reaches it. */
  from(machine: Machine): Table {
    const read = { writes: false };
    return {
      get: (pk) => machine.effect("ledger.get", () => this.peek(pk), read),
      getMany: (pks) => machine.effect("ledger.getMany", () => pks.flatMap((pk) => this.peek(pk) ?? []), read),
      query: (index, hash, options) => machine.effect(`ledger.${index}`, () => this.query(index, hash, options), read),
      write: (writes) =>
        machine.effect(`ledger.${this.nameOf(writes)}`, () => this.write(writes, machine.name), { writes: true }),
    };
  }
}
