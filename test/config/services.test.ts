import { strict as assert } from "node:assert";
import fc from "fast-check";
import { peakOf, SERVICES_KEYS } from "../../config/keys/services";
import { serviceSettings } from "../../config/services";
import { problemsOfKeys, withKeys } from "../support/configuration";

const IMAGE = `000000000000.dkr.ecr.us-east-1.amazonaws.com/vod-api@sha256:${"0".repeat(64)}`;
describe("configuration of the services", () => {
  it("builds what it can, runs two to ten tasks and shifts traffic by default", () => {
    const config = withKeys({});
    const { images, scaling, exec } = serviceSettings(config);
    assert.deepEqual({ images, scaling, exec }, { images: {}, scaling: { minTasks: 2, maxTasks: 10 }, exec: false });
    assert.equal(config.deployment, "canary");
  });

  it("takes images by name, and the hours of the peak with their zone", () => {
    const { images, scaling } = serviceSettings(
      withKeys({ apiImage: IMAGE, backofficeImage: IMAGE, peakHours: "19-23 America/Santiago" }),
    );
    assert.deepEqual(images, { api: IMAGE, backoffice: IMAGE });
    assert.deepEqual(scaling.peak, { from: 19, to: 23, timeZone: "America/Santiago" });
  });

  for (const peakHours of ["19-23", "24-3 UTC", "19-19 UTC", "19-23 Mars/Olympus", "19:00-23:00 UTC", "07-09 UTC"])
    it(`refuses the hours ${peakHours}`, () =>
      assert.deepEqual(problemsOfKeys({ peakHours }), [
        `vod:peakHours · ${peakHours} → ${SERVICES_KEYS.peakHours.allowed}`,
      ]));

  it("reads every pair of different hours", () => {
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(hour, hour, (from, to) => {
        const text = `${from}-${to} Europe/Madrid`;
        assert.equal(SERVICES_KEYS.peakHours.parse(text), from === to ? undefined : text);
        assert.deepEqual(peakOf(text), { from, to, timeZone: "Europe/Madrid" });
      }),
    );
  });

  it("names every wrong key at once", () => {
    const set = { apiImage: "vod-api:latest", deployment: "blue", minTasks: "0", maxTasks: "11", exec: "yes" };
    assert.deepEqual(problemsOfKeys(set).sort(), [
      `vod:apiImage · vod-api:latest → ${SERVICES_KEYS.apiImage.allowed}`,
      "vod:deployment · blue → rolling, blueGreen or canary",
      "vod:exec · yes → true or false",
      "vod:maxTasks · 11 → a whole number from 1 to 10",
      "vod:minTasks · 0 → a whole number from 1 to 10",
    ]);
  });

  it("refuses bounds that cross, and sessions where data is protected", () => {
    assert.deepEqual(problemsOfKeys({ minTasks: "4", maxTasks: "3" }), ["vod:maxTasks · 3 → at least minTasks, 4"]);
    const remedy = "false where protect is true: a session changes what no release made";
    assert.deepEqual(problemsOfKeys({ exec: "true" }), [`vod:exec · true → ${remedy}`]);
    assert.deepEqual(problemsOfKeys({ exec: "true", protect: "false" }), []);
  });
});
