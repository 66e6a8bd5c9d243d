import assert from "node:assert/strict";
import { sample } from "../support/sample";
import { batches } from "./batches";
import { SOUNDS } from "./sounds.table";
import { checkFilm } from "./support/checkFilm";
import { Batch } from "./support/runOnce";
import { checkTones } from "./tones";

describe("sounds", function () {
  this.timeout(900_000);
  for (const [index, cases] of batches(sample("sounds", SOUNDS, 7)).entries())
    describe(`batch ${index + 1}`, () => {
      const batch = new Batch();
      before(() => batch.run(cases.map(({ clip }) => clip)));
      after(() => batch.remove());
      for (const { clip, heard, warning } of cases)
        it(`are all heard, in step, in ${clip.name}`, async () => {
          const { folder, row } = batch.of(clip.name);
          await checkFilm(batch.tools, folder, row, clip.expected);
          assert.equal(row.warning?.text, warning);
          if (heard) await checkTones(batch.tools, folder, row.hls ?? "", heard);
        });
    });
});
