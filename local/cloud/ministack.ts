/** The emulated cloud: MiniStack as a child process on loopback, with grants enforced. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Child, startChild, waitFor } from "../launcher/child.js";
import { freePort } from "../launcher/ports.js";

export interface EmulatorOptions {
  /** Everything that it writes lies here: state, objects, temporary files, log. */
  dir: string;
  /** Virtual environment with `ministack` and `cryptography`. */
  venv: string;
  /** Default: any free one. */
  port?: number;
  /** Added to its environment and so to that of every function: `AWS_ENDPOINT_URL_MEDIACONVERT` above all. */
  env?: Record<string, string>;
  /** Called with its process before it answers, so that whoever stops it knows it. */
  onStart?: (child: Child) => Promise<void>;
}

export interface Emulator {
  url: string;
  port: number;
  pid: number;
  child: Child;
  /** Saves its state now; without it only a clean stop does. */
  save(): void;
  /** Ends it cleanly, so that its state is saved. */
  stop(): Promise<void>;
}

/** Credentials of the account's root in the emulator: what an administrator of the account could do. */
export const ROOT_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" } as const;

/** Milliseconds. Functions that run get 20 s to finish, and saving a library's state takes a while. */
export const STOP_GRACE = 30_000;

/**
 * The emulator's whole environment. Functions inherit it, so nothing of the caller's gets in: no AWS_* variable, no
 * home folder with profiles.
 */
function environment(options: EmulatorOptions, port: number): Record<string, string> {
  const at = (name: string): string => join(options.dir, name);
  return {
    // Node 24 first: the functions run on the version that the cloud runs.
    PATH: [dirname(process.execPath), join(options.venv, "bin"), process.env.PATH ?? ""].join(":"),
    HOME: at("home"),
    TMPDIR: at("tmp"),
    LANG: "C.UTF-8",
    PYTHONDONTWRITEBYTECODE: "1",
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    MINISTACK_HOST: "127.0.0.1",
    AUTH: "true",
    PERSIST_STATE: "1",
    STATE_DIR: at("state"),
    S3_PERSIST: "1",
    S3_DATA_DIR: at("s3"),
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    LOG_LEVEL: "INFO",
    ...options.env,
  };
}

/** @param dir as in `EmulatorOptions`. */
export const emulatorLog = (dir: string): string => join(dir, "ministack.log");

/** @throws Error with the last lines of its log when it does not come up within two minutes. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  for (const name of ["home", "tmp", "state", "s3"]) mkdirSync(join(options.dir, name), { recursive: true });
  const port = options.port ?? (await freePort());
  const child = await startChild({
    name: "MiniStack",
    command: join(options.venv, "bin", "python"),
    args: [join(__dirname, "emulator.py")],
    cwd: options.dir,
    env: environment(options, port),
    log: emulatorLog(options.dir),
  });
  await options.onStart?.(child);
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitFor(child, `${url}/_ministack/ready`, async () => (await fetch(`${url}/_ministack/ready`)).ok);
  } catch (error) {
    await child.stop(1_000);
    throw error;
  }
  const save = (): void => {
    if (child.isRunning()) process.kill(child.pid, "SIGUSR1");
  };
  return { url, port, pid: child.pid, child, save, stop: () => child.stop(STOP_GRACE) };
}
