import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { stereoRemix } from "../../encoding/remix";

const gainsOf = (channels: number): number[][] =>
  (stereoRemix(channels)?.ChannelMapping?.OutputChannels ?? []).map(({ InputChannels = [] }) => InputChannels);

describe("remix: more than two channels", () => {
  it("leaves mono and stereo alone", () => {
    assert.equal(stereoRemix(1), undefined);
    assert.equal(stereoRemix(2), undefined);
  });
  it("brings 5.1 to stereo: centre to both, surrounds to their side, bass low in both", () => {
    assert.deepEqual(stereoRemix(6), {
      ChannelsIn: 6,
      ChannelsOut: 2,
      ChannelMapping: {
        OutputChannels: [
          { InputChannels: [-3, -60, -6, -13, -6, -60] },
          { InputChannels: [-60, -3, -6, -13, -60, -6] },
        ],
      },
    });
  });
  it("brings 7.1 to stereo", () =>
    assert.deepEqual(gainsOf(8), [
      [-3, -60, -6, -13, -6, -60, -6, -60],
      [-60, -3, -6, -13, -60, -6, -60, -6],
    ]));
  it("loses no channel of any number, and is the same left and right", () =>
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 64 }), (channels) => {
        const [left = [], right = []] = gainsOf(channels);
        assert.deepEqual([left.length, right.length], [channels, channels]);
        for (const [index, gain] of left.entries()) assert.ok(gain > -60 || (right[index] ?? -60) > -60);
        const loudness = (gains: number[]) => gains.filter((gain) => gain > -60).length;
        assert.ok(Math.abs(loudness(left) - loudness(right)) <= 1);
      }),
    ));
  it("takes no more channels than the service remixes", () => assert.equal(stereoRemix(200)?.ChannelsIn, 64));
});
