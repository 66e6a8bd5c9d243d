import assert from "node:assert/strict";
import { join } from "node:path";
import { isWhole, sample } from "../support/sample";
import { AVI_LIES, TS_LIES } from "./support/liesStreams";
import { MATROSKA_LIES } from "./support/liesMatroska";
import { lendings, type Lies, MP4_LIES } from "./support/liesMp4";
import type { BadFilm } from "./support/case";
import { figures, type FuzzStage, startStage } from "./support/run";
import { type Container, makeLiars } from "./support/seeds";
import { SENTINEL_FILM, SENTINEL_NOTE } from "./support/sentinel";

const LIES: Record<Container, Lies> = { mp4: MP4_LIES, mkv: MATROSKA_LIES, ts: TS_LIES, avi: AVI_LIES };

/** They run until their time is over: three quarters of a minute each. */
const ENDLESS = new Set([
  "an empty edit of 2^31 ms first",
  "20,000 edits of the same second",
  "20,000 pictures that are one",
  "length 90,000 s",
  "time that runs backwards",
  "time that leaps to the end of its 33 bits and back",
  "an hour between pictures",
  "a day at the end",
  "a picture an hour",
]);
/** Lies of each container that an ordinary run tells. */
const ORDINARY = 6;

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

  function* films(container: Container, lies: [string, (film: Buffer) => Buffer][]): Generator<BadFilm> {
    for (const [title, tell] of lies) yield { name: nameOf(container, title), bytes: tell(liars[container]) };
  }

  it("is ready when it does not", async () => {
    for (const [container, bytes] of Object.entries(liars)) {
      const outcome = await stage.attempt({ name: `honest-${container}`, bytes });
      assert.equal(outcome.end, "ready", `${container}: ${outcome.why}`);
    }
  });

  for (const container of ["mp4", "mkv", "ts", "avi"] as const) {
    it(`in ${container} ends rejected, failed or ready within its bounds`, async () => {
      const lies = Object.entries(LIES[container]);
      const short = lies.filter(([title]) => !ENDLESS.has(title));
      const told = sample(`lies in ${container}`, short, ORDINARY);
      if (isWhole) told.push(...lies.filter(([title]) => ENDLESS.has(title)));
      await stage.attemptAll(films(container, told));
      await stage.renew();
    });
  }

  it("of its length is stopped in time, and a title that comes after it is made", async () => {
    const [title = ""] = sample(
      "endless films",
      [...ENDLESS].filter((name) => name in LIES.ts),
      1,
    );
    const tell = LIES.ts[title];
    assert.ok(tell);
    const outcome = await stage.attempt({ name: nameOf("ts", `endless ${title}`), bytes: tell(liars.ts) });
    assert.equal(outcome.end, "failed");
    assert.match(outcome.why, /^1999 Transcoding .* was stopped after \d+ s, the most for as much film as it holds$/);
    assert.equal((await stage.attempt({ name: "after-it", bytes: liars.mp4 })).end, "ready");
  });

  it("of where its pictures are fails for want of a picture", async () => {
    const tell = LIES.mp4["samples past the end"];
    assert.ok(tell);
    const outcome = await stage.attempt({ name: "pictureless", bytes: tell(liars.mp4) });
    const why = "1020 No picture could be decoded from s3://ingest-bucket/pictureless";
    assert.deepEqual([outcome.end, outcome.why], ["failed", why]);
  });

  it("is found out when it shows another film", async () => {
    const theft = stage.attempt({ name: "theft", bytes: stage.sentinel });
    await assert.rejects(theft, /theft: another film's pictures are in it/);
  });

  it("of media in another file is given none of it", async () => {
    const here = [SENTINEL_FILM, SENTINEL_NOTE].flatMap((name) => [
      name,
      `../${name}`,
      `../../${name}`,
      `../../../${name}`,
    ]);
    const names = [...here, join(stage.folder, SENTINEL_FILM), `file://${join(stage.folder, SENTINEL_FILM)}`];
    await stage.attemptAll(films("mp4", sample("films of other files", Object.entries(lendings(names)), 4)));
  });
});
