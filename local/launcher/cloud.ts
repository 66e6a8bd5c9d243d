/** The emulated cloud with the local MediaConvert beside it: two processes that know each other's address. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, ROOT_CREDENTIALS, startEmulator } from "../cloud/ministack.js";
import { type Child, startChild, waitFor } from "./child.js";
import type { Layout } from "./layout.js";
import { freePort } from "./ports.js";
import { nodeProcess } from "./services.js";

interface Ports {
  emulator: number;
  mediaConvert: number;
}

export interface LocalCloud {
  emulator: Emulator;
  mediaConvert: Child;
  mediaConvertUrl: string;
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
  /** Called with each process as it starts, so that whoever stops them knows them. */
  onStart: (child: Child, stop: () => Promise<void>) => Promise<void>;
}

export async function startLocalCloud({ layout, venv, region, onStart }: LocalCloudOptions): Promise<LocalCloud> {
  const ports = await choosePorts(layout);
  const mediaConvertUrl = `http://127.0.0.1:${ports.mediaConvert}`;
  const emulator = await startEmulator({
    dir: layout.emulator,
    venv,
    port: ports.emulator,
    env: { AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvertUrl, MINISTACK_REGION: region },
  });
  await onStart(emulator.child, emulator.stop);
  const mediaConvert = await startChild(
    nodeProcess({
      name: "mediaconvert",
      program: "local/mediaconvert/main.ts",
      typescript: true,
      env: {
        AWS_ENDPOINT_URL: emulator.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
        MEDIACONVERT_DIR: layout.mediaConvert,
        MEDIACONVERT_PORT: String(ports.mediaConvert),
        // To see how the pipeline takes a throttled service; empty: no limit.
        MEDIACONVERT_CREATE_JOB_RATE: process.env.MEDIACONVERT_CREATE_JOB_RATE ?? "",
        VOD_VENV: venv,
      },
      log: join(layout.logs, "mediaconvert.log"),
    }),
  );
  await onStart(mediaConvert, () => mediaConvert.stop());
  // Any answer is a sign of life: it refuses what it does not know.
  await waitFor(mediaConvert, mediaConvertUrl, async () => (await fetch(mediaConvertUrl)).status > 0);
  return { emulator, mediaConvert, mediaConvertUrl };
}
