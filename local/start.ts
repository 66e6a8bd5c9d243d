/** `npm start`: the whole platform on this machine. */
import { existsSync, statSync } from "node:fs";
import { CommandError, type CommandSpec, type Invocation, runCommand } from "../cli/shell.js";
import { overrides, SET_OPTION } from "../cli/stackArgument.js";

const DEFAULT_PORT = 8080;

const SPEC: CommandSpec = {
  call: "npm start --",
  summary:
    "Plans the dev stack, starts the emulated cloud and the platform in it, ingests the sample clip, and prints the URLs.\n" +
    "Everything is kept under .local/ (VOD_LOCAL names another folder); Ctrl-C stops it, the next start finds its titles.",
  positionals: "",
  options: {
    once: { type: "boolean", help: "ingest the files of --video in a platform of its own, then stop everything" },
    video: { type: "string", multiple: true, value: "FILE", help: "with --once: a file, or several" },
    out: { type: "string", value: "DIR", help: "with --once: also write the finished media under DIR/<videoId>/" },
    set: SET_OPTION,
    port: { type: "string", value: "N", help: `port of the viewer, default ${DEFAULT_PORT}; 0 takes any free one` },
    json: { type: "boolean", help: "stdout holds JSON alone: the addresses, or with --once a line for each file" },
  },
  examples: [
    ["npm start", "the platform with the sample clip, at http://127.0.0.1:8080/"],
    ["npm start -- --port 9000 --set maxTitlePrice=1", "elsewhere, and with a lower price limit for titles"],
    ["npm start --silent -- --once --video a.mp4 b.mov --out media --json", "what becomes of two files, for programs"],
  ],
};

function portOf(value: Invocation["values"][string], fallback: number): number {
  if (value === undefined) return fallback;
  const port = Number(value);
  if (/^\d+$/.test(String(value)) && port <= 65_535) return port;
  throw new CommandError({ what: "no such port", value: String(value), action: "give a whole number from 0 to 65535" });
}

function checkFiles(files: string[]): void {
  for (const file of files) {
    const action = "give the path of a video file";
    if (!existsSync(file)) throw new CommandError({ what: "no such file", value: file, action });
    if (!statSync(file).isFile()) throw new CommandError({ what: "this is not a file", value: file, action });
  }
}

/** The values of `--video`, and what follows one of them without an option: `--video a b`. */
function filesOf({ values, positionals }: Invocation): string[] {
  const named = Array.isArray(values.video) ? values.video.map(String) : [];
  if (named.length === 0 && positionals.length > 0) {
    throw new CommandError({
      what: "unexpected argument",
      value: positionals.join(" "),
      action: `${SPEC.call} --help`,
    });
  }
  return [...named, ...positionals];
}

/** Stops at the first Ctrl-C or SIGTERM in order, at the second at once: the processes then end by themselves. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort(new CommandError({ what: "stopped before it was up", action: "run it again", exitCode: 1 }));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return controller.signal;
}

async function main(invocation: Invocation): Promise<number> {
  const { values, output } = invocation;
  const files = filesOf(invocation);
  const common = { set: overrides(values.set), json: values.json === true, output, signal: stopSignal() };
  if (!values.once) {
    const lost = files.length > 0 ? "--video" : values.out !== undefined ? "--out" : null;
    if (lost) throw new CommandError({ what: `${lost} belongs to --once`, action: "npm start -- --once --video FILE" });
    // Loaded now, not above: help and refusals need neither Pulumi nor the SDK.
    const { serve } = await import("./launcher/serve.js");
    return serve({ ...common, port: portOf(values.port, DEFAULT_PORT) });
  }
  if (files.length === 0)
    throw new CommandError({ what: "--once wants files", action: "npm start -- --once --video FILE" });
  checkFiles(files);
  const { once } = await import("./launcher/once.js");
  return once({
    ...common,
    files,
    out: values.out === undefined ? null : String(values.out),
    port: portOf(values.port, 0),
  });
}

void runCommand({ ...SPEC, positionals: "[FILE…]" }, main);
