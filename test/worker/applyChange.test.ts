/** The upsert on a real PostgreSQL (PGlite over its socket, with pg). */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Kysely } from "kysely";
import { startDatabase, type LocalDatabase } from "../../local/database.js";
import type { VideoChanged } from "../../contracts/events.js";
import { openDatabase } from "../../services/database/connect.js";
import type { Database } from "../../services/database/schema.js";
import { applyChange, isRefusal } from "../../services/worker/src/applyChange.js";
import { ASSET, change, OUTPUTS, TITLE } from "./support/events.js";

const SECOND = "0199d2a0-0000-7000-8000-0000000000a2";

describe("a change of a title", () => {
  const dir = mkdtempSync(join(tmpdir(), "vod-worker-"));
  let local: LocalDatabase;
  let db: Kysely<Database>;

  before(async () => {
    local = await startDatabase({ directory: dir });
    db = openDatabase({ url: local.url, maxConnections: 2, statementTimeout: 30_000, poolWait: 5_000 });
  });
  beforeEach(() => db.deleteFrom("titles").execute());
  after(async () => {
    await db?.destroy();
    await local?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const row = () => db.selectFrom("titles").selectAll().executeTakeFirst();
  const failed = (changed: Partial<VideoChanged> = {}): VideoChanged =>
    change({ state: "failed", outputs: null, reason: { code: "encode", text: "no" }, ...changed });

  it("makes the row, and makes it once", async () => {
    assert.equal(await applyChange(db, change()), "applied");
    const first = await row();
    assert.equal(await applyChange(db, change()), "older");
    assert.deepEqual(await row(), first);
    assert.equal(first?.asset_id, ASSET);
    assert.deepEqual(first?.outputs, OUTPUTS);
    assert.equal(first?.duration, 60);
    assert.equal(first?.state, "ready");
    assert.equal(first?.published_at?.toISOString(), "2026-10-01T12:00:00.000Z");
  });

  it("records a failure of a title that never played, and hides it", async () => {
    await applyChange(db, failed());
    const now = await row();
    assert.deepEqual([now?.state, now?.reason, now?.asset_id], ["failed", { code: "encode", text: "no" }, null]);
  });

  for (const state of ["failed", "rejected", "held", "canceled"] as const)
    it(`records that a newer asset is ${state}; the older one still plays`, async () => {
      await applyChange(db, change());
      const newer = failed({ state, assetId: SECOND, sequencer: "0055AED6DCD90281E6", at: "2026-10-02T00:00:00Z" });
      assert.equal(await applyChange(db, newer), "applied");
      const now = await row();
      assert.deepEqual([now?.state, now?.state_asset_id, now?.asset_id], [state, SECOND, ASSET]);
      assert.deepEqual(now?.outputs, OUTPUTS);
    });

  it("never lets an older asset replace a newer one, even if it is ready later", async () => {
    const newer = change({ assetId: SECOND, sequencer: "0055AED6DCD90281E6" });
    await applyChange(db, newer);
    assert.equal(await applyChange(db, change({ at: "2027-01-01T00:00:00Z" })), "older");
    assert.deepEqual([(await row())?.asset_id, (await row())?.state_asset_id], [SECOND, SECOND]);
  });

  it("plays an older ready asset under a newer one that failed, whichever comes first", async () => {
    const newer = failed({ assetId: SECOND, sequencer: "0055AED6DCD90281E6" });
    await applyChange(db, newer);
    assert.equal(await applyChange(db, change()), "applied");
    const now = await row();
    assert.deepEqual([now?.asset_id, now?.state, now?.state_asset_id], [ASSET, "failed", SECOND]);
  });

  it("orders sequencers as numbers, whatever their case and length", async () => {
    await applyChange(db, change({ sequencer: "0a" }));
    assert.equal(await applyChange(db, change({ assetId: SECOND, sequencer: "0A1" })), "applied");
    assert.equal(await applyChange(db, change({ sequencer: "09ffffff" })), "older");
    assert.equal((await row())?.asset_id, SECOND);
  });

  it("keeps the first title and the first day over a re-upload", async () => {
    await applyChange(db, change());
    await applyChange(db, change({ title: "Other", assetId: SECOND, sequencer: "FF", at: "2026-12-01T00:00:00Z" }));
    const now = await row();
    assert.deepEqual([now?.title, now?.published_at?.toISOString()], ["A film", "2026-10-01T12:00:00.000Z"]);
    assert.equal(now?.asset_id, SECOND);
  });

  it("tells values that the database refuses from a database that is away", async () => {
    await assert.rejects(applyChange(db, change({ videoId: "not-a-uuid" })), (error) => isRefusal(error));
    assert.equal(isRefusal(new Error("connect ECONNREFUSED")), false);
    assert.equal(isRefusal(Object.assign(new Error(), { code: "57P01" })), false);
  });

  it("ends the same in every order and with every repetition", async function () {
    const events = [
      change({ at: "2026-10-01T00:00:02Z" }),
      failed({ at: "2026-10-01T00:00:01Z" }),
      change({ assetId: SECOND, sequencer: "0055AED6DCD90281E6", at: "2026-10-01T00:00:04Z" }),
      failed({ state: "held", assetId: SECOND, sequencer: "0055AED6DCD90281E6", at: "2026-10-01T00:00:03Z" }),
      failed({ state: "rejected", assetId: TITLE, sequencer: "0055AED6DCD90281E7", at: "2026-10-01T00:00:05Z" }),
    ];
    const order = fc.shuffledSubarray([...events, ...events], { minLength: 10 });
    await fc.assert(
      fc.asyncProperty(order, async (shuffled) => {
        await db.deleteFrom("titles").execute();
        for (const one of shuffled) await applyChange(db, one);
        const now = await row();
        assert.deepEqual([now?.asset_id, now?.state, now?.state_asset_id], [SECOND, "rejected", TITLE]);
      }),
      { numRuns: 40 },
    );
  });
});
