import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startedAt } from "../../local/database/owner.js";
import type { RunRecord } from "../../local/launcher/serve.js";
import type { OnceRow } from "../../local/launcher/once.js";
import { layoutOf, ROOT } from "../../local/launcher/layout.js";
import { tryPort } from "../../local/launcher/ports.js";
import { type LocalFolder, localFolder, type RunningCommand, runToEnd, startCommand } from "./support/command.js";
import { type Known, notedIn, processesIn } from "./support/processes.js";

const START = "local/start.ts";
const TITLES = "cli/titles.ts";
const SAMPLE = join(ROOT, "samples/bigbuckbunny.mp4");

const portOf = (url: string): number => Number(new URL(url).port);

/** The platform's processes, as the launcher noted them. */
const markOf = (folder: string): Known[] => notedIn(layoutOf("platform", folder));

/** Those that still run. One that has ended but that nobody has asked for yet does not count. */
async function stillAlive(processes: { pid: number }[]): Promise<{ pid: number }[]> {
  const started = await Promise.all(processes.map(({ pid }) => startedAt(pid)));
  return processes.filter((_, index) => started[index] !== null);
}

describe("npm start, as a command", function () {
  this.timeout(180_000);
  let folder: LocalFolder;
  let running: RunningCommand | undefined;

  const start = (args: string[] = []): RunningCommand => {
    running = startCommand(START, ["--port", "0", ...args], { VOD_LOCAL: folder.path });
    return running;
  };
  const titles = (...args: string[]) => runToEnd(TITLES, args, { VOD_LOCAL: folder.path });
  const list = async (): Promise<{ videoId: string; title: string; state: string }[]> => {
    const { code, stdout } = await titles("list", "--json");
    assert.equal(code, 0);
    return JSON.parse(stdout) as { videoId: string; title: string; state: string }[];
  };

  before(async () => {
    folder = await localFolder();
  });
  afterEach(async () => {
    running?.child.kill("SIGKILL");
    await running?.ended;
    running = undefined;
  });
  after(() => folder.remove());

  it("prints one line of JSON when everything is up, and Ctrl-C leaves no process, no port and no folder elsewhere", async () => {
    const temporary = readdirSync("/tmp");
    const command = start(["--json"]);
    const line = await command.says(/^\{.*\}$/m);
    const record = JSON.parse(line) as RunRecord;
    assert.deepEqual(Object.keys(record), ["viewer", "api", "aws", "outputs"]);
    assert.deepEqual(JSON.parse(readFileSync(join(folder.path, "run.json"), "utf8")), record);
    assert.match(await (await fetch(`${record.viewer}/`)).text(), /<!doctype html>/i);

    const [only, ...more] = await list();
    assert.deepEqual(
      { title: only?.title, state: only?.state, more },
      { title: "Big Buck Bunny", state: "ready", more: [] },
    );
    const shown = await titles("show", only?.videoId ?? "", "--json");
    assert.equal((JSON.parse(shown.stdout) as { history: unknown[] }).history.length, 5);
    const unknown = await titles("show", "0199a0c4-0000-7000-8000-000000000000");
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /^✗ no such title or asset · 0199a0c4-\S+ → npm run titles -- list\n$/);
    const retry = await titles("retry", only?.videoId ?? "");
    assert.equal(retry.code, 1);
    assert.match(retry.stderr, /^✗ retry is refused · the title is ready/);

    const children = markOf(folder.path);
    command.child.kill("SIGINT");
    const { code, stdout } = await command.ended;
    assert.equal(code, 0);
    assert.deepEqual(await stillAlive(children), []);
    assert.equal(stdout, `${line}\n`);
    assert.deepEqual(processesIn(folder.path), []);
    for (const url of [record.viewer, record.api, record.aws.endpoint]) {
      assert.equal(await tryPort(portOf(url)), portOf(url), `${url} is still held`);
    }
    assert.equal(existsSync(join(folder.path, "run.json")), false);
    assert.deepEqual(
      readdirSync("/tmp").filter((name) => /^(ministack|vod|tsx)/.test(name) && !temporary.includes(name)),
      [],
    );
  });

  it("a second start finds the titles of the first and does not ingest the sample again", async () => {
    const command = start();
    await command.says(/✓ the platform is up/);
    await command.says(/next .*npm run titles/);
    const titlesNow = await list();
    assert.deepEqual(
      titlesNow.map(({ title }) => title),
      ["Big Buck Bunny"],
    );
    const again = await runToEnd(START, ["--port", "0"], { VOD_LOCAL: folder.path });
    assert.equal(again.code, 2);
    assert.match(again.stderr, new RegExp(`^✗ the local platform is already running · process ${command.pid} → `));
    command.child.kill("SIGTERM");
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /ingesting/);
    const lines = stdout.trimEnd().split("\n");
    assert.ok(lines.length <= 12, `${lines.length} lines`);
    assert.match(stdout, /watch +http:\/\/127\.0\.0\.1:\d+\/#\/watch\//);
  });

  it("notices that an earlier start was killed, says what is lost, and goes on", async () => {
    const first = start();
    await first.says(/next .*npm run titles/);
    const processes = markOf(folder.path);
    assert.deepEqual(processes.map(({ name }) => name).sort(), [
      "MiniStack",
      "api",
      "database",
      "mediaconvert",
      "worker",
    ]);
    // All at once: nobody can save or clean up any more.
    for (const { pid } of processes) process.kill(-pid, "SIGKILL");
    first.child.kill("SIGKILL");
    await first.ended;
    const second = start();
    await second.says(
      /! the earlier start of \S+ was killed; its emulated cloud goes on from \S+; what came after is lost/,
    );
    await second.says(/next .*npm run titles/);
    assert.deepEqual(
      (await list()).map(({ title, state }) => ({ title, state })),
      [{ title: "Big Buck Bunny", state: "ready" }],
    );
    second.child.kill("SIGINT");
    assert.equal((await second.ended).code, 0);
    assert.deepEqual(await stillAlive(processes), []);
    assert.deepEqual(processesIn(folder.path), []);
  });

  it("ends what a killed start has left running", async () => {
    const first = start();
    await first.says(/next .*npm run titles/);
    const processes = markOf(folder.path);
    // Stopped, they cannot notice that their launcher is gone.
    for (const { pid } of processes) process.kill(pid, "SIGSTOP");
    first.child.kill("SIGKILL");
    await first.ended;
    const second = start();
    setTimeout(() => processes.forEach(({ pid }) => process.kill(pid, "SIGCONT")), 4_000);
    await second.says(/was killed, 5 of its processes were still there and are ended; /);
    assert.deepEqual(await stillAlive(processes), []);
    await second.says(/next .*npm run titles/);
    second.child.kill("SIGINT");
    assert.equal((await second.ended).code, 0);
  });

  it("titles says that nothing is running", async () => {
    const none = await titles("list");
    assert.equal(none.code, 2);
    assert.equal(none.stderr, "✗ nothing is running on this machine → npm start, or name a stack by --stack NAME\n");
    writeFileSync(
      join(folder.path, "run.json"),
      JSON.stringify({ aws: { endpoint: "http://127.0.0.1:9" }, outputs: {} }),
    );
    assert.equal((await titles("list")).code, 2);
    rmSync(join(folder.path, "run.json"));
  });
});

describe("npm start -- --once", function () {
  this.timeout(180_000);
  let folder: LocalFolder;
  before(async () => {
    folder = await localFolder();
  });
  after(() => folder.remove());
  const once = (...args: string[]) => runToEnd(START, ["--once", ...args], { VOD_LOCAL: folder.path });

  it("prints a line for each file as it ends, writes the media, and says no when one is not ready", async () => {
    const text = join(folder.path, "notes.mp4");
    writeFileSync(text, "not a film\n".repeat(1000));
    const out = join(folder.path, "media");
    const { code, stdout, stderr } = await once("--video", SAMPLE, text, "--out", out, "--json");
    assert.equal(code, 1, stderr);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as OnceRow);
    assert.deepEqual(
      rows.map(({ file, state }) => [file, state]).sort(),
      [
        [SAMPLE, "ready"],
        [text, "rejected"],
      ].sort(),
    );
    const bad = rows.find(({ file }) => file === text);
    assert.deepEqual(bad && { ...bad, videoId: "", seconds: 0, reason: typeof bad.reason?.code }, {
      file: text,
      videoId: "",
      state: "rejected",
      reason: "string",
      renditions: [],
      hls: null,
      dash: null,
      seconds: 0,
    });
    const good = rows.find(({ file }) => file === SAMPLE);
    assert.equal(good?.hls, join(out, good?.videoId ?? "", "stream.m3u8"));
    for (const name of ["stream.m3u8", "stream.mpd", "poster.jpg", "thumbnails.vtt", "sprite-0.jpg"]) {
      assert.ok(existsSync(join(out, good?.videoId ?? "", name)), name);
    }
    const master = readFileSync(good?.hls ?? "", "utf8");
    assert.deepEqual(
      good?.renditions.map(({ bitrate }) => bitrate).sort(),
      [...master.matchAll(/[:,]BANDWIDTH=(\d+)/g)].map(([, bits]) => Number(bits)).sort(),
    );
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name.startsWith("once-")),
      [],
    );
    assert.deepEqual(processesIn(folder.path), []);
  });

  it("a held title is an end, and not a ready one", async () => {
    const { code, stdout } = await once("--video", SAMPLE, "--json", "--set", "maxTitlePrice=0.001");
    assert.equal(code, 1);
    const row = JSON.parse(stdout) as OnceRow;
    assert.equal(row.state, "held");
    assert.ok(row.reason?.code);
  });

  it("refuses wrong use before anything starts", async () => {
    const cases: [string[], RegExp][] = [
      [["--video", "nowhere.mp4"], /^✗ no such file · nowhere\.mp4 → give the path of a video file\n$/],
      [["--video", ROOT], /^✗ this is not a file · /],
      [[], /^✗ --once wants files → npm start -- --once --video FILE\n$/],
      [["--video", SAMPLE, "--set", "maxTitlePrice"], /^✗ --set wants key=value · maxTitlePrice → /],
      [["--video", SAMPLE, "--port", "eighty"], /^✗ no such port · eighty → give a whole number from 0 to 65535\n$/],
      [["--film", SAMPLE], /^✗ Unknown option '--film' → npm start -- --help\n$/],
    ];
    for (const [args, said] of cases) {
      const { code, stdout, stderr } = await once(...args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, args.join(" "));
      assert.match(stderr, said);
    }
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name === "platform" || name.startsWith("once-")),
      [],
    );
  });
});
