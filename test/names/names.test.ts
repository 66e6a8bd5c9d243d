import { strict as assert } from "node:assert";
import { globSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { printable } from "../../cli/shell.js";
import { titleOf } from "../../handlers/ledger/transitions.js";
import { ROOT } from "../../local/launcher/layout.js";
import type { OnceRow } from "../../local/launcher/once.js";
import { type LocalFolder, localFolder, runToEnd } from "../local/support/command.js";
import { sample } from "../support/sample.js";
import { makeClip } from "./support/clip.js";
import { bytesOf, FILE_NAMES } from "./support/names.js";

/** Nothing but the line feeds between rows, whatever the names hold. */
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** What shell text in a name would make, anywhere below these folders. */
const canaries = (folder: string): string[] => [
  ...globSync(["canary*", "x"], { cwd: ROOT }),
  ...globSync("**/canary", { cwd: folder }),
];

describe("names of files, by --once", function () {
  this.timeout(600_000);
  let folder: LocalFolder;
  let clip: string;
  before(async () => {
    folder = await localFolder();
    clip = join(folder.path, "clip");
    writeFileSync(clip, await makeClip(folder.path));
  });
  after(() => folder.remove());

  /** The film under each name, each in a folder of its own: file systems that know no case would mix some. */
  const place = (names: string[]): string[] =>
    names.map((name, index) => {
      const own = join(folder.path, "films", String(index));
      mkdirSync(own, { recursive: true });
      linkSync(clip, join(own, name));
      return join(own, name);
    });
  const once = (args: string[], files: string[]) =>
    runToEnd("local/start.ts", ["--once", ...args, "--video", ...files], { VOD_LOCAL: folder.path });

  it("are all read, kept as they are in JSON, and never part of an output", async () => {
    const names = sample("names of files", FILE_NAMES, 20);
    assert.ok(names.every((name) => bytesOf(name) <= 255 && !/[/\0]/.test(name)));
    const files = place(names);
    const out = join(folder.path, "out");
    const { code, stdout, stderr } = await once(["--json", "--out", out], files);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as OnceRow);
    assert.deepEqual(rows.map(({ file }) => file).sort(), [...files].sort());
    assert.deepEqual(
      rows.filter(({ state }) => state !== "ready"),
      [],
    );
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, STEERING);
    for (const { file, videoId, renditions, hls } of rows) {
      assert.deepEqual(
        renditions.map(({ width, height }) => [width, height]),
        [[320, 180]],
      );
      assert.equal(hls, join(out, videoId, "stream.m3u8"));
      const written = readdirSync(join(out, videoId));
      assert.deepEqual(
        written.filter(
          (name) =>
            !/^(stream[\w.]*\.(m3u8|mpd|mp4|m4s|cmf[vat])|poster\.jpg|sprite-0\.jpg|thumbnails\.vtt)$/.test(name),
        ),
        [],
      );
      const name = basename(file);
      if (bytesOf(name) < 8) continue;
      for (const one of written) assert.ok(!readFileSync(join(out, videoId, one)).includes(name), `${name} in ${one}`);
    }
    assert.deepEqual(readdirSync(out).sort(), rows.map(({ videoId }) => videoId).sort());
    assert.deepEqual(canaries(folder.path), []);
  });

  it("make one line each for people, whatever they hold", async () => {
    const files = place([
      "✗ forged: row\n✓ second: ready.mp4",
      "carriage\r\n.mp4",
      "\u001b[2J\u001b]0;owned\u0007.mp4",
      "right\u202eto4pm.mp4",
      "👩‍👩‍👧‍👦 é.mp4",
    ]);
    const { code, stdout, stderr } = await once([], files);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout + stderr, STEERING);
    const said = stdout.trimEnd().split("\n");
    assert.equal(said.length, files.length);
    for (const file of files) {
      const own = said.filter((line) => line.startsWith(`✓ ${printable(file)}: ready after `));
      assert.equal(own.length, 1, printable(file));
      assert.match(String(own[0]), /s 320×180 media\/[\w-]+\/[\w-]+\/stream\.m3u8$/);
      // At least: seen, and ready.
      const steps = stderr.split("\n").filter((line) => line.startsWith(`  ${printable(file)}: `));
      assert.ok(steps.length > 0 && steps.at(-1)?.endsWith(": ready"), steps.join("\n"));
    }
  });

  it("that do not exist, or look like an option, are told of in one line", async () => {
    const missing = await once([], ["no\nsuch\u001bfile.mp4"]);
    assert.deepEqual(missing, {
      code: 2,
      stdout: "",
      stderr: "✗ no such file · no\\nsuch\\u001bfile.mp4 → give the path of a video file\n",
    });
    const option = await once([], ["-rf\n.mp4"]);
    assert.equal(option.code, 2);
    assert.equal(
      option.stderr,
      "✗ Option '--video' argument is ambiguous → --video=VALUE for a value that begins with a dash\n",
    );
  });
});

describe("the title of a key", () => {
  const names = [...FILE_NAMES].map((name): [string, string] => [name, titleOf(`folder/${name}`)]);
  it("is the name as it is, without the extension", () => {
    const titles = new Map(names);
    assert.equal(titles.get("$(touch canary).mp4"), "$(touch canary)");
    assert.equal(titles.get("accent é NFC.mp4".normalize("NFD")), "accent é NFC".normalize("NFD"));
    assert.notEqual("accent é NFC.mp4".normalize("NFD"), "accent é NFC.mp4".normalize("NFC"));
    assert.equal(titles.get("none"), "none");
    assert.equal(titles.get("several.dots.in.the.name.mp4"), "several.dots.in.the.name");
    assert.ok(names.every(([, title]) => title !== ""));
  });
});
