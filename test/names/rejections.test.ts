import { strict as assert } from "node:assert";
import { sample } from "../support/sample.js";
import { Bench } from "./support/bench.js";
import { type Refused, refusedFiles } from "./support/refused.js";

describe("what is no film", function () {
  this.timeout(600_000);
  let bench: Bench;
  let files: Refused[];
  before(async () => {
    bench = await Bench.start();
    files = await refusedFiles(bench.platform.directory);
  });
  after(() => bench.stop());

  it("is rejected with its reason and at no cost: no job, and no probe where the first bytes are enough", async () => {
    const wrong: string[] = [];
    const random = files.filter(({ name }) => name.startsWith("random"));
    const taken = [...files.filter((file) => !random.includes(file)), ...sample("random bytes", random, 20)];
    for (const [index, { name, body, code, sniffed }] of taken.entries()) {
      const { asset, probes, jobs } = await bench.upload(`${index}/${name}.mp4`, body);
      const { state, reason } = asset;
      const said = reason?.text ?? "";
      const free = jobs === 0 && (!sniffed || probes === 0) && asset.price === 0;
      if (state !== "rejected" || (code !== "" && reason?.code !== code) || said.length < 10 || !free)
        wrong.push(`${name}: ${state}, ${reason?.code} (${said}), ${probes} probes, ${jobs} jobs`);
    }
    console.log(`  no films: ${taken.length} rejected, ${wrong.length} not`);
    assert.deepEqual(wrong, []);
    assert.equal(await bench.outputs(), 0);
  });
});
