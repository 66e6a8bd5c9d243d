import assert from "node:assert/strict";
import { sample } from "../support/sample";
import { batches } from "./batches";
import { REFUSED, type Refused, TAKEN } from "./containers.table";
import { checkFilm } from "./support/checkFilm";
import type { Clip } from "./support/clips";
import { Batch } from "./support/runOnce";

interface Case {
  clip: Clip;
  refused?: Refused;
}
const cases: Case[] = [
  ...sample("containers", TAKEN, 5).map((clip) => ({ clip })),
  ...sample("refusals", REFUSED, 4).map((refused) => ({ clip: refused.clip, refused })),
];

describe("containers and codecs", function () {
  this.timeout(900_000);
  for (const [index, some] of batches(cases).entries())
    describe(`batch ${index + 1}`, () => {
      const batch = new Batch();
      before(() => batch.run(some.map(({ clip }) => clip)));
      after(() => batch.remove());
      for (const { clip, refused } of some)
        it(refused ? `ends ${clip.name} with ${refused.code}` : `plays ${clip.name}`, async () => {
          const { folder, row } = batch.of(clip.name);
          if (!refused) return checkFilm(batch.tools, folder, row, clip.expected);
          const said = [row.state, row.reason?.code, row.renditions, row.hls];
          assert.deepEqual(said, [refused.state ?? "rejected", refused.code, [], null]);
          assert.match(row.reason?.text ?? "", refused.text);
        });
    });
});
