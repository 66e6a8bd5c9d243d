import assert from "node:assert/strict";
import { join } from "node:path";
import { isWhole, sample } from "../support/sample";
import { AVI_LIES, TS_LIES } from "./support/liesStreams";
import { MATROSKA_LIES } from "./support/liesMatroska";
import { lendings, type Lies, MP4_LIES } from "./support/liesMp4";
import { figures, type FuzzStage, startStage } from "./support/run";
import { type Container, makeLiars } from "./support/seeds";
import { SENTINEL_FILM, SENTINEL_NOTE } from "./support/sentinel";

const LIES: Record<Container, Lies> = { mp4: MP4_LIES, mkv: MATROSKA_LIES, ts: TS_LIES, avi: AVI_LIES };

/** Names that S3 and folders take as they are. */
const nameOf = (container: string, title: string): string =>
  `${container}-${title.replace(/[^A-Za-z0-9]+/g, "-").replace(/-$/, "")}`;

describe("a film that lies", function () {
  this.timeout(isWhole ? 1_800_000 : 600_000);
  let stage: FuzzStage;
  let liars: Record<Container, Buffer>;
  before(async () => {
    stage = await startStage();
    liars = await makeLiars(stage.platform.tools, stage.folder);
  });
  after(async () => {
    if (!stage) return;
    console.log(`  ${figures(stage.totals)}`);
    await stage.stop();
  });

  it("is ready when it does not", async () => {
    for (const [container, bytes] of Object.entries(liars)) {
      const outcome = await stage.attempt({ name: `honest-${container}`, bytes });
      assert.equal(outcome.end, "ready", `${container}: ${outcome.why}`);
    }
  });

  for (const container of ["mp4", "mkv", "ts", "avi"] as const) {
    it(`in ${container} ends rejected, failed or ready within its bounds`, async () => {
      for (const [title, tell] of sample(`lies in ${container}`, Object.entries(LIES[container]), 100)) {
        const since = performance.now();
        const bytes = tell(liars[container]);
        const o = await stage
          .attempt({ name: nameOf(container, title), bytes })
          .catch((e: Error) => ({ end: "BROKEN", why: e.message }));
        console.log(`    ${title}: ${o.end} ${o.why.slice(0, 150)} ${((performance.now() - since) / 1000).toFixed(1)}`);
      }
      await stage.renew();
    });
  }

  it("of media in another file is given none of it", async () => {
    const here = [SENTINEL_FILM, SENTINEL_NOTE].flatMap((name) => [
      name,
      `../${name}`,
      `../../${name}`,
      `../../../${name}`,
    ]);
    const names = [...here, join(stage.folder, SENTINEL_FILM), `file://${join(stage.folder, SENTINEL_FILM)}`];
    for (const [title, tell] of Object.entries(lendings(names)))
      await stage.attempt({ name: nameOf("mp4", title), bytes: tell(liars.mp4) });
  });
});
