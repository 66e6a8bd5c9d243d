import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, startedAt, takeOwnership } from "../../local/database/owner.js";

/** A process that has ended and whose parent, which became `sleep`, never asks for it. */
async function zombie(): Promise<{ pid: number; reap: () => void }> {
  const parent = spawn("/bin/sh", ["-c", "true & echo $!; exec sleep 30"], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<number>((done) => parent.stdout.once("data", (text: Buffer) => done(Number(text))));
  while ((await startedAt(pid)) !== null) await new Promise((done) => setTimeout(done, 10));
  return { pid, reap: () => parent.kill() };
}

describe("the owner of a folder", () => {
  it("knows when a living process began", async () => {
    assert.match((await startedAt(process.pid)) ?? "", /^\d+$/);
    assert.equal(await startedAt(2 ** 22 + 1), null);
  });

  it("is not a process that has ended, even while it still answers to signals", async () => {
    const { pid, reap } = await zombie();
    const folder = mkdtempSync(join(tmpdir(), "vod-owner-"));
    try {
      assert.equal(isAlive(pid), true);
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
      writeFileSync(join(folder, "owner.json"), JSON.stringify({ pid, started }));
      const { release } = await takeOwnership(folder);
      await release();
    } finally {
      reap();
      rmSync(folder, { recursive: true });
    }
  });
});
