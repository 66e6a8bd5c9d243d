import { isWhole, sample } from "../support/sample";
import { checkFilm } from "./support/checkFilm";
import type { Clip } from "./support/clips";
import { Batch } from "./support/runOnce";
import { codecs, depths, highRange, hour, interlaced, lengths, rates, shapes, sizes } from "./video.clips";

/** Films that one platform gets: more would only lie on the disk. */
const BATCH = 12;
/** Films of an ordinary run. */
const FEW = 7;

const all = [...codecs, ...sizes, ...shapes, ...interlaced, ...depths, ...highRange, ...rates, ...lengths];
const wanted = sample("pictures", all, FEW);
const clips: Clip[] = isWhole ? [...wanted, hour] : wanted;

describe("pictures", function () {
  this.timeout(1_800_000);
  for (let from = 0; from < clips.length; from += BATCH) {
    const some = clips.slice(from, from + BATCH);
    describe(`films ${from + 1} to ${from + some.length}`, () => {
      const batch = new Batch();
      before(() => batch.run(some));
      after(() => batch.remove());
      for (const { name, expected } of some)
        it(name, async () => {
          const { folder, row } = batch.of(name);
          await checkFilm(batch.tools, folder, row, expected);
        });
    });
  }
});
