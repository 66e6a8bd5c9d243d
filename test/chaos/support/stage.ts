/** A whole platform as a user starts it, with a hand on its processes. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InvokeCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { type Cloud, connectCloud } from "../../../local/cloud/clients.js";
import { startedAt } from "../../../local/database/owner.js";
import { findMediaTools } from "../../../local/ffmpeg.js";
import { type Layout, layoutOf, localRoot } from "../../../local/launcher/layout.js";
import type { RunRecord } from "../../../local/launcher/serve.js";
import { uploadSource } from "../../../local/launcher/titles.js";
import { localFolder, type RunningCommand, startCommand } from "../../local/support/command.js";
import { type Known, notedIn, processesIn } from "../../local/support/processes.js";
import { readyVenv } from "../../support/ministack.js";

export type PartName = "MiniStack" | "mediaconvert" | "database" | "api" | "worker";

export interface Stage {
  folder: string;
  command: RunningCommand;
  run: RunRecord;
  cloud: Cloud;
  /** As `local/launcher/titles.ts` wants it. */
  parts: { record: { outputs: Record<string, unknown> }; cloud: Cloud };
  output(name: string): string;
  /** The processes that the launcher has noted, which a next start would look for. */
  processes(): Known[];
  pidOf(name: PartName): number;
  signal(name: PartName, signal: NodeJS.Signals): void;
  /** Waits until another process does the part's work. @returns its pid */
  replaced(name: PartName, pid: number): Promise<number>;
  /** Runs reconcile now, as the emulator's schedule does every five minutes. */
  reconcile(): Promise<void>;
  /** Ctrl-C; asserts that nothing is left. */
  end(): Promise<{ stderr: string }>;
  /** After a failed test too: kills what is left, removes the folder. */
  close(): Promise<void>;
}

/** Half a second of a picture of 160 × 90: one rung, one segment. Made once. */
export async function tinyClip(): Promise<string> {
  const folder = join(localRoot(), "tmp", "chaos");
  const file = join(folder, "tiny.mp4");
  mkdirSync(folder, { recursive: true });
  if (existsSync(file)) return file;
  const source = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=0.6"];
  const codec = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"];
  execFileSync(findMediaTools(await readyVenv()).ffmpeg, ["-v", "error", ...source, ...codec, "-y", file]);
  return file;
}

export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + seconds * 1000; ; await new Promise((done) => setTimeout(done, 100))) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
  }
}

/** The processes that a launcher has noted; none when it has ended. */
export function knownIn(layout: Layout): Known[] {
  try {
    return notedIn(layout);
  } catch {
    return [];
  }
}

export interface StageOptions {
  env?: Record<string, string>;
  /** Bytes of a disk that the transcoder has for itself, in a mount namespace: that needs no root. */
  transcoderDisk?: number;
}

const quoted = (path: string): string => `'${path}'`;

export async function openStage({ env = {}, transcoderDisk }: StageOptions = {}): Promise<Stage> {
  const local = await localFolder();
  const folder = local.path;
  const disk = layoutOf("platform", folder).mediaConvert;
  mkdirSync(disk, { recursive: true });
  const mount = `mount -t tmpfs -o size=${transcoderDisk} none ${quoted(disk)} && exec "$@"`;
  const under = transcoderDisk === undefined ? [] : ["unshare", "-Urm", "sh", "-c", mount, "sh"];
  const command = startCommand("local/start.ts", ["--port", "0", "--json"], { ...env, VOD_LOCAL: folder }, under);
  const run = JSON.parse(await command.says(/^\{.*\}$/m)) as RunRecord;
  const state = layoutOf("platform", folder).state;
  const ports = JSON.parse(readFileSync(join(state, "ports.json"), "utf8")) as { mediaConvert: number };
  const mediaConvertEndpoint = `http://127.0.0.1:${ports.mediaConvert}`;
  const cloud = connectCloud({ endpoint: run.aws.endpoint, region: run.aws.region, mediaConvertEndpoint });
  const processes = (): Known[] => knownIn(layoutOf("platform", folder));
  const pidOf = (name: PartName): number => {
    const known = processes().find((one) => one.name === name);
    assert.ok(known, `${name} is not among ${JSON.stringify(processes())}`);
    return known.pid;
  };
  return {
    folder,
    command,
    run,
    cloud,
    parts: { record: { outputs: run.outputs }, cloud },
    output: (name) => String(run.outputs[name]),
    processes,
    pidOf,
    signal: (name, signal) => void process.kill(pidOf(name), signal),
    replaced: (name, pid) =>
      until(`another ${name} than process ${pid}`, 60, () => {
        const now = processes().find((one) => one.name === name);
        return Promise.resolve(now && now.pid !== pid ? now.pid : undefined);
      }),
    async reconcile() {
      const { lambda } = cloud.in();
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      const FunctionName = Functions.find((one) => one.FunctionName?.includes("reconcile"))?.FunctionName;
      const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
      assert.equal(FunctionError, undefined);
    },
    async end() {
      const children = processes();
      cloud.close();
      command.child.kill("SIGINT");
      const { code, stderr } = await command.ended;
      assert.equal(code, 0, stderr);
      for (const { name, pid } of children) assert.equal(await startedAt(pid), null, `${name} still runs`);
      assert.deepEqual(processesIn(folder), []);
      assert.deepEqual(knownIn(layoutOf("platform", folder)), []);
      return { stderr };
    },
    async close() {
      cloud.close();
      command.child.kill("SIGKILL");
      await command.ended;
      await until("the end of what a killed launcher leaves", 60, () =>
        Promise.resolve(processesIn(folder).length === 0),
      );
      local.remove();
    },
  };
}

/** Uploads so many tiny films at once. @returns their keys */
export async function uploadMany({ parts }: Stage, count: number): Promise<string[]> {
  const file = await tinyClip();
  const keys = Array.from({ length: count }, (_, index) => `chaos/film ${index + 1}.mp4`);
  await Promise.all(keys.map((key) => uploadSource(parts, key, file)));
  return keys;
}
