/** How a platform ends when its processes, or the one who ends it, do not behave. */
import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { OnceRow } from "../../local/launcher/once.js";
import { layoutOf, ROOT } from "../../local/launcher/layout.js";
import { localFolder, startCommand } from "../local/support/command.js";
import { isTaken, type Other } from "./support/others.js";
import { processesIn } from "../local/support/processes.js";
import { knownIn, openStage, until } from "./support/stage.js";

const SAMPLE = join(ROOT, "samples/bigbuckbunny.mp4");

const ENDS: { other: Other; name: string; run(): Promise<void> }[] = [
  {
    other: "once",
    name: "--once goes on when its transcoder is killed, and exits 0",
    async run() {
      const local = await localFolder();
      const args = ["--once", "--json", "--video", SAMPLE];
      const command = startCommand("local/start.ts", args, { VOD_LOCAL: local.path });
      try {
        await command.says(/transcoding \d+ %/);
        const [name = ""] = readdirSync(local.path).filter((entry) => entry.startsWith("once-"));
        const transcoder = knownIn(layoutOf(name, local.path)).find((known) => known.name === "mediaconvert");
        assert.ok(transcoder);
        process.kill(transcoder.pid, "SIGKILL");
        const { code, stdout, stderr } = await command.ended;
        assert.equal(code, 0, stderr);
        assert.equal((JSON.parse(stdout) as OnceRow).state, "ready");
        assert.match(stderr, /^! mediaconvert has ended by itself \(signal SIGKILL\): starting it again$/m);
        assert.deepEqual(processesIn(local.path), []);
        assert.deepEqual(
          readdirSync(local.path).filter((entry) => entry.startsWith("once-")),
          [],
        );
      } finally {
        command.child.kill("SIGKILL");
        await command.ended;
        local.remove();
      }
    },
  },
  {
    other: "restarting",
    name: "Ctrl-C while the transcoder is killed and started again leaves nothing",
    async run() {
      const stage = await openStage();
      try {
        stage.signal("mediaconvert", "SIGKILL");
        await stage.command.says(/mediaconvert has ended by itself/);
        await stage.end();
      } finally {
        await stage.close();
      }
    },
  },
  {
    other: "stopping",
    name: "the transcoder killed while the platform stops is not started again",
    async run() {
      const stage = await openStage();
      try {
        const ended = stage.command.says(/^stopping$/m);
        stage.command.child.kill("SIGINT");
        await ended;
        stage.signal("mediaconvert", "SIGKILL");
        const { code, stderr } = await stage.command.ended;
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stderr, /starting it again/);
        assert.deepEqual(processesIn(stage.folder), []);
      } finally {
        await stage.close();
      }
    },
  },
  {
    other: "second",
    name: "at a second Ctrl-C the processes end by themselves",
    async run() {
      const stage = await openStage();
      try {
        stage.command.child.kill("SIGINT");
        await stage.command.says(/^stopping$/m);
        stage.command.child.kill("SIGINT");
        assert.equal((await stage.command.ended).code, 1);
        await until("the end of all processes", 60, () => Promise.resolve(processesIn(stage.folder).length === 0));
      } finally {
        await stage.close();
      }
    },
  },
];

describe("ends of a platform", () => {
  for (const { name, run } of ENDS.filter(({ other }) => isTaken(other))) it(name, run).timeout(300_000);
});
