/** The ledger over a table: claims, changes and look-ups. Knows nothing of DynamoDB, so that tests and the simulation run it as it is. */
import type { Asset, Title } from "../../contracts/ledger";
import type { Changed, Clock, Ids, Ledger, Upload } from "../ports";
import { assetKey, claimKey, cursorKey, type Item, OUTSTANDING, type Table, titleKey, type Write } from "./schema";
import { assetOfObject, isNewer, newAsset, titleWith } from "./transitions";

/** Writers of one item are a handful of deliveries at most; more conflicts than this are a fault. */
const ATTEMPTS = 20;
function asAsset({ pk: _pk, revision: _revision, outstanding: _outstanding, ...asset }: Item): Asset {
  return asset as unknown as Asset;
}

function assetItem(asset: Asset, revision: number): Item {
  const outstanding = asset.due === undefined ? {} : { outstanding: OUTSTANDING };
  return { pk: assetKey(asset.assetId), revision, ...asset, ...outstanding };
}

const asTitle = ({ pk: _pk, revision: _revision, titleVideoId, ...title }: Item): Title =>
  ({ recent: [], ...title, videoId: titleVideoId }) as unknown as Title;

/** The id is stored under another name, because byVideo lists assets only. */
function titleItem({ videoId, ...title }: Title, revision: number): Item {
  return { pk: titleKey(title), revision, titleVideoId: videoId, ...title };
}

export class TableLedger implements Ledger {
  constructor(
    private readonly table: Table,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async claim(upload: Upload): Promise<Asset> {
    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      const claim = await this.table.get(claimKey(upload));
      if (claim) return this.require(String(claim.assetId));
      const asset = await this.tryClaim(upload);
      if (asset) return asset;
    }
    throw new Error(`the claim of an upload met ${ATTEMPTS} conflicts in a row`);
  }

  /** Undefined when somebody else wrote first. */
  private async tryClaim(upload: Upload): Promise<Asset | undefined> {
    const known = await this.table.get(titleKey(upload));
    const title = known && asTitle(known);
    const claim = (assetId: string): Write => ({
      item: { pk: claimKey(upload), revision: 1, assetId },
      expected: null,
    });
    const same = title && assetOfObject(title, upload);
    if (same !== undefined) return (await this.table.write([claim(same)])) ? this.require(same) : undefined;

    const ids = { assetId: this.ids.next(), videoId: title?.videoId ?? this.ids.next() };
    const asset = newAsset(upload, ids, this.clock.now());
    const writes = [claim(asset.assetId), { item: assetItem(asset, 1), expected: null }];
    const expected = known?.revision ?? null;
    writes.push({ item: titleItem(titleWith(asset, title), (expected ?? 0) + 1), expected });
    return (await this.table.write(writes)) ? asset : undefined;
  }

  private async require(assetId: string): Promise<Asset> {
    const asset = await this.asset(assetId);
    if (!asset) throw new Error(`the ledger has a claim but no asset ${assetId}`);
    return asset;
  }

  async asset(assetId: string): Promise<Asset | undefined> {
    const item = await this.table.get(assetKey(assetId));
    return item && asAsset(item);
  }

  async change(assetId: string, decide: (asset: Asset) => Asset | undefined): Promise<Changed | undefined> {
    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      const item = await this.table.get(assetKey(assetId));
      if (!item) return undefined;
      const before = asAsset(item);
      const after = decide(before);
      if (!after) return { asset: before, changed: false };
      const write = { item: assetItem(after, item.revision + 1), expected: item.revision };
      if (await this.table.write([write])) return { asset: after, changed: true };
    }
    throw new Error(`a change of asset ${assetId} met ${ATTEMPTS} conflicts in a row`);
  }

  async titles(objects: { bucket: string; key: string }[]): Promise<Title[]> {
    return (await this.table.getMany(objects.map(titleKey))).map(asTitle);
  }

  async makeCurrent({ bucket, key, assetId, sequencer }: Asset): Promise<void> {
    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      const item = await this.table.get(titleKey({ bucket, key }));
      if (!item) throw new Error(`the ledger has an asset ${assetId} but no title of it`);
      const title = asTitle(item);
      if (title.current && !isNewer(sequencer, title.current.sequencer)) return;
      const next = titleItem({ ...title, current: { assetId, sequencer } }, item.revision + 1);
      if (await this.table.write([{ item: next, expected: item.revision }])) return;
    }
    throw new Error(`the title of asset ${assetId} met ${ATTEMPTS} conflicts in a row`);
  }

  async assetsOf(videoId: string): Promise<Asset[]> {
    return (await this.table.query("byVideo", videoId)).map(asAsset);
  }

  async inState(state: Asset["state"]): Promise<Asset[]> {
    return (await this.table.query("byState", state)).map(asAsset);
  }

  async overdue(now: Date, limit: number): Promise<Asset[]> {
    const options = { upTo: now.toISOString(), limit };
    return (await this.table.query("outstanding", OUTSTANDING, options)).map(asAsset);
  }

  async cursor(name: string): Promise<string | undefined> {
    const item = await this.table.get(cursorKey(name));
    return typeof item?.value === "string" ? item.value : undefined;
  }

  async saveCursor(name: string, value: string | undefined): Promise<void> {
    const pk = cursorKey(name);
    const item = await this.table.get(pk);
    const revision = item?.revision ?? null;
    // Two runs at once may both have listed: it does not matter whose place is kept.
    await this.table.write([
      { item: { pk, revision: (revision ?? 0) + 1, ...(value ? { value } : {}) }, expected: revision },
    ]);
  }
}
