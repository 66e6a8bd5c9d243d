import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { platform as system } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { CreateJobCommand, GetJobCommand } from "@aws-sdk/client-mediaconvert";
import { ended, media, Platform, rootClient, SAMPLE } from "./platform";
import { encodedJob, SOURCE } from "./settings";
import { readyVenv } from "../support/ministack";

const ROOT = resolve(__dirname, "../..");
const MAIN = ["tools/run", "local/mediaconvert/main.ts"];

interface Running {
  child: ChildProcess;
  url: string;
  stdout: string[];
}

describe("the process", function () {
  this.timeout(180_000);
  let platform: Platform;
  let venv: string;
  const started: ChildProcess[] = [];

  const environment = (name: string): Record<string, string> => ({
    PATH: process.env.PATH ?? "",
    VOD_VENV: venv,
    AWS_ENDPOINT_URL: platform.endpoint,
    MEDIACONVERT_DIR: join(platform.directory, name),
  });

  /** `command`: what runs `main.ts`. */
  async function start(name: string, command = MAIN): Promise<Running> {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { cwd: ROOT, env: environment(name), stdio: ["ignore", "pipe", "pipe"] });
    started.push(child);
    const stdout: string[] = [];
    let stderr = "";
    child.stderr?.on("data", (text: Buffer) => (stderr += text.toString()));
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    lines.on("line", (line) => stdout.push(line));
    const early = once(child, "exit").then(() => Promise.reject(new Error(`it ended: ${stderr}`)));
    await Promise.race([once(lines, "line"), early]);
    early.catch(() => undefined);
    const { url } = JSON.parse(stdout[0] ?? "") as { url: string };
    return { child, url, stdout };
  }

  /** ffmpeg processes that work in the folder of a running job. */
  const transcoders = (name: string): number[] =>
    (existsSync("/proc") ? readdirSync("/proc") : []).flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        const [cwd, program] = ["cwd", "exe"].map((link) => readlinkSync(`/proc/${entry}/${link}`));
        const inside = cwd?.startsWith(join(platform.directory, name, "jobs"));
        return inside && program === platform.tools.ffmpeg ? [Number(entry)] : [];
      } catch {
        return [];
      }
    });

  async function until<Value>(look: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((settle) => setTimeout(settle, 30));
    }
  }
  const transcoding = (name: string) => until(() => transcoders(name)[0]);

  async function submit(url: string, assetId: string, key = "long.mp4"): Promise<string> {
    const video = { ...SOURCE.video, width: 640, height: 360 };
    const place = { roleArn: platform.roleArn, mediaKeyArn: platform.keyArn };
    const client = rootClient(url);
    const { Job } = await client.send(new CreateJobCommand(encodedJob({ ...SOURCE, video }, { assetId, key, place })));
    client.destroy();
    return Job?.Id ?? "";
  }
  const look = async (url: string, id: string) => (await rootClient(url).send(new GetJobCommand({ Id: id }))).Job;

  before(async () => {
    venv = await readyVenv();
    platform = await Platform.start();
    const long = join(platform.directory, "long.mp4");
    await media(platform.tools.ffmpeg, ["-v", "error", "-stream_loop", "2", "-i", SAMPLE, "-c", "copy", long]);
    await platform.put("long.mp4", readFileSync(long));
  });
  after(async () => {
    for (const child of started) if (child.exitCode === null) child.kill("SIGKILL");
    await platform.stop();
  });

  it("prints one line, stops on SIGTERM with its ffmpeg, and makes the job after the next start", async () => {
    const first = await start("term");
    const id = await submit(first.url, "term");
    await until(async () => ((await look(first.url, id))?.CurrentPhase === "TRANSCODING" ? true : undefined));
    first.child.kill("SIGTERM");
    const [code] = (await once(first.child, "exit")) as [number];
    assert.deepEqual([code, transcoders("term"), first.stdout.length], [0, [], 1]);
    const second = await start("term");
    const job = await ended(rootClient(second.url), id);
    assert.deepEqual([job.Status, job.RetryCount], ["COMPLETE", 1], job.ErrorMessage);
    assert.ok((await platform.keys("media/video/term/")).includes("media/video/term/stream.mpd"));
    second.child.kill("SIGINT");
    assert.deepEqual(await once(second.child, "exit"), [0, null]);
  });

  it("keeps job and events while the emulator is away, and through a restart of its own", async () => {
    const away = await start("away", ["env", "AWS_ENDPOINT_URL=http://127.0.0.1:9", ...MAIN]);
    const id = await submit(away.url, "away");
    await until(async () => ((await look(away.url, id))?.Status === "PROGRESSING" ? true : undefined));
    away.child.kill("SIGTERM");
    await once(away.child, "exit");
    const back = await start("away");
    const job = await ended(rootClient(back.url), id);
    assert.deepEqual([job.Status, job.RetryCount], ["COMPLETE", 1], job.ErrorMessage);
    const statuses = (await platform.eventsOf(id, "COMPLETE")).map(({ detail }) => detail.status);
    assert.deepEqual(
      statuses.filter((status) => status !== "STATUS_UPDATE"),
      ["PROGRESSING", "PROGRESSING", "INPUT_INFORMATION", "COMPLETE"],
    );
    back.child.kill("SIGTERM");
    await once(back.child, "exit");
  });

  // Other systems do not tell in which folder a process works, and have no disk of a few megabytes without an administrator.
  if (system() === "linux") {
    it("ends the ffmpeg of a killed process, and gives a job up that was there at three ends", async () => {
      let id: string | undefined;
      for (let round = 0; round < 3; round += 1) {
        const running = await start("kill");
        id ??= await submit(running.url, "kill");
        const ffmpeg = await transcoding("kill");
        running.child.kill("SIGKILL");
        await once(running.child, "exit");
        assert.deepEqual(transcoders("kill"), [ffmpeg]);
      }
      const last = await start("kill");
      const job = await look(last.url, id ?? "");
      assert.deepEqual([job?.Status, job?.ErrorCode, job?.RetryCount], ["ERROR", 1999, 2]);
      assert.match(job?.ErrorMessage ?? "", /stopped 3 times while this job ran/);
      assert.deepEqual(transcoders("kill"), []);
      last.child.kill("SIGTERM");
      await once(last.child, "exit");
    });

    it("ends a job in 1507 when the disk is full, and goes on", async () => {
      const folder = join(platform.directory, "full");
      mkdirSync(folder, { recursive: true });
      // A small disk of its own, seen by this process alone.
      const mount = `mount -t tmpfs -o size=3m none '${folder}' && exec "$@"`;
      const small = await start("full", ["unshare", "-Urm", "sh", "-c", mount, "sh", ...MAIN]);
      const full = await ended(rootClient(small.url), await submit(small.url, "full"));
      assert.deepEqual([full.Status, full.ErrorCode], ["ERROR", 1507], full.ErrorMessage);
      assert.match(full.ErrorMessage ?? "", /^Disk full: no room to/);
      const missing = await ended(rootClient(small.url), await submit(small.url, "next", "none.mp4"));
      assert.equal(missing.ErrorCode, 1404);
      small.child.kill("SIGTERM");
      await once(small.child, "exit");
    });
  }

  const wrong: [string, Record<string, string>, RegExp][] = [
    ["no emulator", { AWS_ENDPOINT_URL: "" }, /^✗ AWS_ENDPOINT_URL is not set → set it to the URL of the emulator\n$/],
    ["no folder", { MEDIACONVERT_DIR: "" }, /^✗ MEDIACONVERT_DIR is not set → /],
    ["no ffmpeg", { VOD_VENV: "/nowhere" }, /^✗ no ffmpeg at \/nowhere\/.* → /],
    [
      "a port that is none",
      { MEDIACONVERT_PORT: "eighty" },
      /^✗ MEDIACONVERT_PORT is no whole number from 0 · eighty → /,
    ],
  ];
  for (const [what, change, message] of wrong) {
    it(`says in one line that there is ${what}, and exits 2`, async () => {
      const [program = "", ...args] = MAIN;
      const env = { ...environment("wrong"), ...change };
      const child = spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", "ignore", "pipe"] });
      let stderr = "";
      child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
      const [code] = (await once(child, "close")) as [number];
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(stderr.split("\n").length, 2);
    });
  }
});
