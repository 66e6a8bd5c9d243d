import { Batch } from "./support/runOnce";
import { checkFilm } from "./support/checkFilm";
import { type Clip, plainRun } from "./support/clips";
import { STEREO } from "./support/expected";

const clips: Clip[] = [
  {
    name: "plain.mp4",
    runs: [plainRun({ width: 640, height: 360, rate: "25", seconds: 3, flash: 1 })],
    expected: { sizes: ["640x360"], rate: "25", seconds: 3, flash: 1, sounds: STEREO, colour: "bt709" },
  },
];

describe("pictures", function () {
  this.timeout(600_000);
  const batch = new Batch();
  before(() => batch.run(clips));
  after(() => batch.remove());
  for (const { name, expected } of clips)
    it(name, async () => {
      const { folder, row } = batch.of(name);
      await checkFilm(batch.tools, folder, row, expected);
    });
});
