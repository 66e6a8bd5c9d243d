import { strict as assert } from "node:assert";
import { planTitle } from "../../encoding/plan";
import type { SourceProbe } from "../../encoding/probe";
import { source } from "./sources";

const sounds = (count: number): SourceProbe["audio"] =>
  Array.from({ length: count }, (_, index) => ({ track: index + 1, codec: "AAC", channels: 2, language: null }));

function planOf(from: SourceProbe) {
  const planned = planTitle(from);
  assert.ok("plan" in planned);
  return planned.plan;
}

describe("plan: what a film loses", () => {
  it("is nothing for twelve sounds", () => {
    const { audioOutputs, warning } = planOf(source({ audio: sounds(12) }));
    assert.deepEqual([audioOutputs, warning], [12, undefined]);
  });
  it("is the thirteenth sound and all that follow, and that is said", () => {
    const { audioOutputs, warning } = planOf(source({ audio: sounds(40) }));
    assert.equal(audioOutputs, 12);
    assert.deepEqual(warning, {
      code: "sounds-left-out",
      text: "the file has 40 sound tracks; the first 12 are kept",
    });
  });
  it("is a sound that cannot be read", () =>
    assert.deepEqual(planOf(source({ soundsLeftOut: 2 })).warning, {
      code: "sounds-left-out",
      text: "2 sound tracks are left out: the codec is not taken",
    }));
});
