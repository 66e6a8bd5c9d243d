import { strict as assert } from "node:assert";
import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { platform as system } from "node:os";
import { join } from "node:path";
import type { Asset } from "../../contracts/ledger.js";
import { layoutOf, ROOT } from "../../local/launcher/layout.js";
import { followUpload, uploadSource } from "../../local/launcher/titles.js";
import { runToEnd } from "../local/support/command.js";
import { audit, settled } from "./support/audit.js";
import { isTaken } from "./support/others.js";
import { openStage, type Stage } from "./support/stage.js";

const SAMPLE = join(ROOT, "samples/bigbuckbunny.mp4");
const DISK = 48 * 1024 * 1024;
const KEY = "No room.mp4";

/** Fills the transcoder's disk up to so many bytes. @returns makes room again */
function fill(stage: Stage, left: number): () => void {
  // The disk is seen by the platform's processes alone; proc(5) shows it as they see it.
  const disk = join(`/proc/${stage.pidOf("mediaconvert")}/root`, layoutOf("platform", stage.folder).mediaConvert);
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, "filler"), Buffer.alloc(bavail * bsize - left));
  return () => rmSync(join(disk, "filler"));
}

describe("a full disk in the transcoder", () => {
  // Other systems have no disk of a few megabytes without an administrator.
  if (system() !== "linux" || !isTaken("disk")) return;

  it("fails the title with which disk and how much is free; a retry makes it ready once there is room", async () => {
    const stage = await openStage({ transcoderDisk: DISK });
    const follow = (): Promise<Asset> => followUpload(stage.parts, KEY, () => undefined, AbortSignal.timeout(120_000));
    try {
      // Room for the source, which a probe and a job fetch, but not for what the job makes of it.
      const makeRoom = fill(stage, statSync(SAMPLE).size + 200_000);
      await uploadSource(stage.parts, KEY, SAMPLE);
      const failed = await follow();
      assert.deepEqual([failed.state, failed.reason?.code], ["failed", "transcoder-1507"], JSON.stringify(failed));
      const { mediaConvert } = layoutOf("platform", stage.folder);
      assert.match(
        failed.reason?.text ?? "",
        /^Disk full: no room .*; \d\.\d MB of 50\.3 MB free on the disk of (\S+): make room there, then retry the title$/,
      );
      assert.ok(failed.reason?.text.includes(` ${mediaConvert}: `));
      makeRoom();
      const retry = await runToEnd("cli/titles.ts", ["retry", failed.videoId], { VOD_LOCAL: stage.folder });
      assert.equal(retry.code, 0, retry.stderr);
      const ready = await follow();
      assert.deepEqual([ready.state, ready.attempt], ["ready", 2], JSON.stringify(ready.reason));
      await audit(stage, [KEY], await settled(stage, [KEY], 60), { failedAttempts: 1 });
      await stage.end();
    } finally {
      await stage.close();
    }
  }).timeout(300_000);
});
