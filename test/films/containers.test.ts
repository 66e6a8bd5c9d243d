import assert from "node:assert/strict";
import { isWhole, sample } from "../support/sample";
import { REFUSED, TAKEN } from "./containers.table";
import { checkFilm } from "./support/checkFilm";
import { Batch } from "./support/runOnce";

/** Clips of one platform. */
const AT_ONCE = 12;
const batches = <T>(all: T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, index) =>
    all.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );

describe("containers and codecs", function () {
  this.timeout(900_000);
  for (const [index, clips] of batches(sample("containers", TAKEN, 4)).entries())
    describe(`batch ${index + 1}`, () => {
      const batch = new Batch();
      before(() => batch.run(clips));
      after(() => batch.remove());
      for (const { name, expected } of clips)
        it(`plays ${name}`, async () => {
          const { folder, row } = batch.of(name);
          await checkFilm(batch.tools, folder, row, expected);
        });
    });
});

describe("what is no film, or of a kind that the service does not take", function () {
  this.timeout(900_000);
  const cases = sample("refusals", REFUSED, isWhole ? REFUSED.length : 4);
  const batch = new Batch();
  before(() => batch.run(cases.map(({ clip }) => clip)));
  after(() => batch.remove());
  for (const { clip, code, text } of cases)
    it(`rejects ${clip.name} as ${code}`, () => {
      const { row } = batch.of(clip.name);
      assert.deepEqual([row.state, row.reason?.code, row.renditions, row.hls], ["rejected", code, [], null]);
      assert.match(row.reason?.text ?? "", text);
    });
});
