import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMediaTools, type MediaTools, ProcessFailed, runProgram } from "../../local/ffmpeg";
import { inspect, refusal } from "../../local/mediaconvert/inspect";
import { readyVenv } from "../support/ministack";
import { SAMPLE } from "./platform";

describe("a source beside another file", function () {
  this.timeout(60_000);
  let tools: MediaTools;
  let folder: string;
  before(async () => {
    tools = findMediaTools(await readyVenv());
    folder = mkdtempSync(join(tmpdir(), "vod-inspect-"));
    copyFileSync(SAMPLE, join(folder, "other.mp4"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is opened when it is a film", async () => {
    copyFileSync(SAMPLE, join(folder, "source"));
    assert.equal((await inspect(tools, folder)).streams.length, 2);
  });

  it("does not open the other one by a concat list, which ffprobe alone would", async () => {
    writeFileSync(join(folder, "source"), "ffconcat version 1.0\nfile other.mp4\n");
    const alone = ["-v", "error", "-of", "json", "-show_streams", "file:source"];
    const followed = JSON.parse(await runProgram(tools.ffprobe, alone, { cwd: folder, timeout: 30_000 })) as object;
    assert.equal((followed as { streams: unknown[] }).streams.length, 2);
    await assert.rejects(inspect(tools, folder), (error) => {
      assert.ok(error instanceof ProcessFailed);
      assert.equal(error.reason, "exit");
      assert.equal(refusal(error), "its format is not accepted (playlists and pictures are no sources)");
      return true;
    });
  });
});

describe("a program", function () {
  this.timeout(30_000);
  const run = (script: string, more: object = {}) =>
    runProgram(process.execPath, ["-e", script], { cwd: tmpdir(), timeout: 20_000, ...more });

  it("gives its output, or its last words and why it ended", async () => {
    assert.equal(await run("console.log(1 + 1)"), "2\n");
    await assert.rejects(run("console.error('a\\nb'); process.exit(3)"), {
      reason: "exit",
      stderr: "a\nb\n",
      message: "exit status 3: b",
    });
    await assert.rejects(run("setInterval(() => 0, 1000)", { timeout: 300 }), { reason: "timeout" });
    const stop = new AbortController();
    const onStart = (): void => stop.abort();
    await assert.rejects(run("setInterval(() => 0, 1000)", { signal: stop.signal, onStart }), { reason: "aborted" });
    const full = (): never => {
      throw new Error("no room");
    };
    await assert.rejects(run("setInterval(() => 0, 1000)", { onStart: full }), /no room/);
    await assert.rejects(run("0", { signal: stop.signal }), { reason: "aborted" });
    await assert.rejects(
      runProgram("/nowhere/ffmpeg", [], { cwd: tmpdir(), timeout: 1000 }),
      /could not be started: .*ENOENT/,
    );
  });

  it("sees nothing of our environment", async () => {
    process.env.MEDIACONVERT_TEST_SECRET = "x";
    const seen = JSON.parse(await run("console.log(JSON.stringify(Object.keys(process.env)))")) as string[];
    delete process.env.MEDIACONVERT_TEST_SECRET;
    assert.deepEqual(
      seen.filter((name) => !["PATH", "LC_ALL"].includes(name)),
      [],
    );
  });
});
