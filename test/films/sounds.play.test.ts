import assert from "node:assert/strict";
import type { Server } from "node:http";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../e2e/support/browser";
import { sample } from "../support/sample";
import { PLAYED, SOUNDS } from "./sounds.table";
import { playToEnd, serveFolder } from "./support/player";
import { Batch } from "./support/runOnce";

/** Seconds: on a busy machine a film of some seconds may stop and wait. */
const PATIENCE = 60;

describe("films in a browser", function () {
  this.timeout(900_000);
  // A browser is started for the whole suite only.
  const played = sample("films in a browser", PLAYED, 0);
  const clips = SOUNDS.flatMap(({ clip }) => (played.includes(clip.name) ? [clip] : []));
  const batch = new Batch();
  let browser: Browser;
  let site: { url: string; server: Server };
  before(async () => {
    await batch.run(clips);
    site = await serveFolder(join(batch.folder, "out"));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    site.server.close();
    batch.remove();
  });

  for (const { name, expected } of clips)
    for (const kind of ["hls", "dash"] as const)
      it(`${name} plays to its end from ${kind.toUpperCase()}`, async () => {
        const manifest = batch.of(name).row[kind]?.slice(join(batch.folder, "out").length) ?? "";
        const { error, ended, duration, width, sounds } = await playToEnd(browser, site.url, manifest, PATIENCE);
        assert.deepEqual({ error, ended, width }, { error: null, ended: true, width: 320 });
        assert.ok(Math.abs(duration - expected.seconds) <= 0.1, `it lasts ${duration} s, not ${expected.seconds}`);
        assert.deepEqual(
          sounds.map(({ language, label }) => ({ language, label })),
          expected.sounds.map(({ language = "und", name: label = "Audio" }) => ({ language, label })),
        );
        if (sounds.length > 0)
          assert.deepEqual(
            sounds.filter(({ chosen }) => chosen),
            [{ ...sounds[0], chosen: true }],
          );
      });
});
