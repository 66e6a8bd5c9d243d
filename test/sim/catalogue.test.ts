/** The simulation's catalogue leaves the rows that the worker's statement leaves on a real PostgreSQL. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import type { Kysely } from "kysely";
import type { VideoChanged } from "../../contracts/events";
import { type LocalDatabase, startDatabase } from "../../local/database";
import { openDatabase } from "../../services/database/connect";
import type { Database } from "../../services/database/schema";
import { applyChange } from "../../services/worker/src/applyChange";
import { isWhole } from "../support/sample";
import { SimCatalogue } from "./catalogue";

const id = (kind: string, number: number): string =>
  `0199d2a0-0000-7000-8000-${kind}${number.toString(16).padStart(11, "0")}`;

/** Few assets, sequencers and times, so that they meet. */
const changes = fc.array(
  fc.record({
    asset: fc.nat(2),
    sequencer: fc.constantFrom("0A", "0B", "0b00", "0A01"),
    state: fc.constantFrom<VideoChanged["state"]>("ready", "ready", "failed", "rejected", "held", "canceled"),
    second: fc.nat(4),
  }),
  { minLength: 1, maxLength: 8 },
);

describe("simulation: the catalogue's rows", () => {
  const directory = mkdtempSync(join(tmpdir(), "vod-sim-"));
  let local: LocalDatabase;
  let db: Kysely<Database>;
  before(async () => {
    local = await startDatabase({ directory });
    db = openDatabase({ url: local.url, maxConnections: 2, statementTimeout: 30_000, poolWait: 5_000 });
  });
  after(async () => {
    await db?.destroy();
    await local?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("are those of the worker's statement, whatever comes in whatever order", async () => {
    let titles = 0;
    const property = fc.asyncProperty(changes, async (list) => {
      const videoId = id("a", (titles += 1));
      const catalogue = new SimCatalogue();
      for (const { asset, sequencer, state, second } of list) {
        const at = `2026-11-24T12:00:0${second}.000Z`;
        const hls = `media/${asset}/${second}.m3u8`;
        const outputs = { hls, dash: "d", poster: null, thumbnails: null, renditions: [], duration: second };
        const change: VideoChanged = {
          stack: "dev",
          videoId,
          assetId: id("b", asset),
          title: "Film",
          state,
          reason: state === "ready" ? null : { code: "code", text: "text" },
          outputs: state === "ready" ? outputs : null,
          sequencer,
          at,
        };
        catalogue.apply(change);
        await applyChange(db, change);
      }
      const row = await db.selectFrom("titles").selectAll().where("video_id", "=", videoId).executeTakeFirstOrThrow();
      assert.deepEqual(catalogue.rows.get(videoId), {
        assetId: row.asset_id,
        assetSequencer: row.asset_sequencer,
        outputs: row.outputs,
        state: row.state,
        stateAssetId: row.state_asset_id,
        stateSequencer: row.state_sequencer,
        stateAt: row.state_at.toISOString(),
      });
    });
    await fc.assert(property, { numRuns: isWhole ? 500 : 60 });
  }).timeout(120_000);
});
