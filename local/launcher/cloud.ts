/** The emulated cloud with the local MediaConvert beside it: two processes that know each other's address. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, emulatorLog, ROOT_CREDENTIALS, startEmulator, STOP_GRACE } from "../cloud/ministack.js";
import { startChild, waitFor } from "./child.js";
import type { Layout } from "./layout.js";
import { whatIsLost } from "./leftovers.js";
import { freePort } from "./ports.js";
import { nodeProcess } from "./services.js";
import type { Supervisor } from "./supervisor.js";

interface Ports {
  emulator: number;
  mediaConvert: number;
}

export interface LocalCloud {
  /** The emulator. */
  url: string;
  mediaConvertUrl: string;
  /** Saves the emulator's state now. */
  save(): void;
}

/** The ports of the last start where they are free: URLs that programs have noted stay true. */
async function choosePorts(layout: Layout): Promise<Ports> {
  const file = join(layout.state, "ports.json");
  let last: Partial<Ports> = {};
  try {
    last = JSON.parse(readFileSync(file, "utf8")) as Partial<Ports>;
  } catch {
    // The first start.
  }
  const ports = { emulator: await freePort(last.emulator), mediaConvert: await freePort(last.mediaConvert) };
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

export interface LocalCloudOptions {
  layout: Layout;
  venv: string;
  region: string;
  supervisor: Supervisor;
}

/** What a hard kill of the emulator costs: it keeps its state over a clean end only. */
const lossesOf = (layout: Layout) => (end: string) => (end === "exit code 0" ? null : whatIsLost(layout));

export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { layout, venv, region, supervisor } = options;
  const ports = await choosePorts(layout);
  const mediaConvertUrl = `http://127.0.0.1:${ports.mediaConvert}`;
  const env = { AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvertUrl, MINISTACK_REGION: region };
  const emulatorOptions = { dir: layout.emulator, venv, port: ports.emulator, env };
  let emulator: Emulator | undefined;
  const running = await supervisor.run({
    name: "MiniStack",
    port: ports.emulator,
    log: emulatorLog(layout.emulator),
    grace: STOP_GRACE,
    losses: lossesOf(layout),
    async start(known) {
      emulator = await startEmulator({ ...emulatorOptions, onStart: known });
      return emulator.child;
    },
  });
  const url = `http://127.0.0.1:${ports.emulator}`;
  await startMediaConvert(options, { url, port: ports.mediaConvert, mediaConvertUrl });
  // Before it is up a signal would end it.
  const save = (): void => (running.current() ? emulator?.save() : undefined);
  return { url, mediaConvertUrl, save };
}

async function startMediaConvert(
  { layout, venv, region, supervisor }: LocalCloudOptions,
  at: { url: string; port: number; mediaConvertUrl: string },
): Promise<void> {
  const log = join(layout.logs, "mediaconvert.log");
  const transcoder = nodeProcess({
    name: "mediaconvert",
    program: "local/mediaconvert/main.ts",
    typescript: true,
    env: {
      AWS_ENDPOINT_URL: at.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
      MEDIACONVERT_DIR: layout.mediaConvert,
      MEDIACONVERT_PORT: String(at.port),
      // To see how the pipeline takes a throttled service; empty: no limit.
      MEDIACONVERT_CREATE_JOB_RATE: process.env.MEDIACONVERT_CREATE_JOB_RATE ?? "",
      VOD_VENV: venv,
    },
    log,
  });
  await supervisor.run({
    name: "mediaconvert",
    port: at.port,
    log,
    async start(known) {
      const child = await startChild(transcoder);
      await known(child);
      // Any answer is a sign of life: it refuses what it does not know.
      await waitFor(child, at.mediaConvertUrl, async () => (await fetch(at.mediaConvertUrl)).status > 0);
      return child;
    },
  });
}
