/** Objects of the ingest bucket whose event never came. */
import type { Title } from "../../contracts/ledger";
import { isFolder } from "../ingest/upload";
import { assetOfObject, sequencerAfter } from "../ledger/transitions";
import type { Clock, Ledger, Store, StoredObject, Upload } from "../ports";

/** Events and their retries usually take seconds; a message that waits for its back-off has claimed its upload already. */
const GRACE_MINUTES = 15;
/** Pages of 1,000 objects read in one run; the next run goes on from there, so that a large library takes several. */
const MOST_PAGES = 20;
const CURSOR = "unclaimed";

function asUpload(bucket: string, { key, size, etag, lastModified }: StoredObject, title: Title | undefined): Upload {
  const uploaded = lastModified.toISOString();
  const sequencer = sequencerAfter(title?.latest.sequencer, uploaded);
  // Its version names the object itself: two that were found one after the other must not share a claim.
  return { bucket, key, version: `${etag}@${uploaded}`, sequencer, size, etag, uploaded, recovered: true };
}

/** What should be claimed and is not. Reads at most 20 pages and remembers where it stopped. */
export async function findUnclaimed(
  { ledger, store, clock }: { ledger: Ledger; store: Store; clock: Clock },
  bucket: string,
): Promise<Upload[]> {
  const before = clock.now().getTime() - GRACE_MINUTES * 60_000;
  const found: Upload[] = [];
  let after = await ledger.cursor(CURSOR);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { objects, next } = await store.list(bucket, "", after);
    const old = objects.filter((object) => !isFolder(object) && object.lastModified.getTime() <= before);
    const titles = await ledger.titles(old.map(({ key }) => ({ bucket, key })));
    const byKey = new Map(titles.map((title) => [title.key, title]));
    for (const object of old) {
      const title = byKey.get(object.key);
      const upload = asUpload(bucket, object, title);
      if (!title || assetOfObject(title, upload) === undefined) found.push(upload);
    }
    after = next;
    if (next === undefined) break;
  }
  await ledger.saveCursor(CURSOR, after);
  return found;
}
