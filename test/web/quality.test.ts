import { strict as assert } from "node:assert";
import { qualitiesOf, type VideoTrack } from "../../web/src/pure/quality";

const track = (width: number | null, height: number | null, bandwidth = 1, active = false): VideoTrack => ({
  width,
  height,
  bandwidth,
  active,
});
const labels = (tracks: VideoTrack[]): string[] => qualitiesOf(tracks).map((quality) => quality.label);

describe("quality menu", () => {
  it("lists the best first, by the shorter side", () => {
    assert.deepEqual(labels([track(640, 360), track(1920, 1080), track(1280, 720)]), ["1080p", "720p", "360p"]);
    assert.deepEqual(labels([track(404, 720), track(608, 1080)]), ["608p", "404p"]);
  });

  it("keeps one entry a size, with the most bits, active if either is", () => {
    const [only, ...rest] = qualitiesOf([track(1280, 720, 1, true), track(1280, 720, 2)]);
    assert.deepEqual(rest, []);
    assert.deepEqual([only?.id, only?.track.bandwidth, only?.active], ["1280x720", 2, true]);
  });

  it("tells sizes apart that share a shorter side", () => {
    assert.deepEqual(labels([track(1280, 720), track(960, 720)]), ["1280 × 720", "960 × 720"]);
  });

  it("leaves out tracks without a size", () => {
    assert.deepEqual(labels([track(null, null), track(0, 0), track(640, 360)]), ["360p"]);
    assert.deepEqual(labels([]), []);
  });
});
