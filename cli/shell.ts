/**
 * What every command shares: options, `--help` with examples, `--quiet`, `--debug`, colours, errors of one line, and exit
 * codes: 0 done, 1 said no, 2 wrong use or configuration, 3 our fault.
 */
import { parseArgs, styleText } from "node:util";

export const EXIT = { done: 0, no: 1, usage: 2, fault: 3 } as const;

export interface ErrorParts {
  /** What went wrong, without a full stop: `port is in use`. */
  what: string;
  /** The value or file that it is about. */
  value?: string;
  /** What to do: a command, or what is allowed. */
  action: string;
  /** Default 2, wrong use or configuration. */
  exitCode?: number;
}

/** Controls, line separators, halves of characters and changes of direction: what ends a line or steers a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;
const SHORT: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A name that somebody chose, as a part of one line for people; JSON takes it as it is. */
export const printable = (name: string): string =>
  name.replace(UNPRINTABLE, (one) => SHORT[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Shown as `✗ what · value → what to do`. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(parts: ErrorParts, options?: ErrorOptions) {
    super(`${parts.what}${parts.value === undefined ? "" : ` · ${printable(parts.value)}`} → ${parts.action}`, options);
    this.name = "CommandError";
    this.exitCode = parts.exitCode ?? EXIT.usage;
  }
}

export interface OptionSpec {
  type: "string" | "boolean";
  /** May be given several times. */
  multiple?: boolean;
  /** How the value is called in the help: `N`, `FILE`. */
  value?: string;
  help: string;
}

export interface Output {
  quiet: boolean;
  debug: boolean;
  /** The result, on stdout. */
  print(text: string): void;
  /** What is going on, on stderr; silent with `--quiet`. */
  progress(text: string): void;
  /** Something a person should know, on stderr, even with `--quiet`. */
  warn(text: string): void;
}

export interface CommandSpec {
  /** How it is called: `npm run plan --`. */
  call: string;
  summary: string;
  /** What follows the options: `STACK`, `list | show ID`. Empty when it takes nothing. */
  positionals: string;
  options: Record<string, OptionSpec>;
  /** Pairs of a command line and what it does. */
  examples: [command: string, does: string][];
}

export interface Invocation {
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  positionals: string[];
  output: Output;
}

const COMMON: Record<string, OptionSpec> = {
  quiet: { type: "boolean", help: "no progress, only the result and errors" },
  debug: { type: "boolean", help: "errors with their stack" },
  help: { type: "boolean", help: "this text" },
};

type Format = Parameters<typeof styleText>[0];

/** Colours for a terminal only; NO_COLOR, FORCE_COLOR and TERM=dumb are obeyed. */
export const paint = (format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(format, text, { stream, validateStream: true });

export function helpText(spec: CommandSpec): string {
  const options = { ...spec.options, ...COMMON };
  const label = (name: string, option: OptionSpec): string =>
    `--${name}${option.type === "string" ? ` ${option.value ?? "VALUE"}` : ""}${option.multiple ? "…" : ""}`;
  const rows = Object.entries(options).map(([name, option]) => [label(name, option), option.help] as const);
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `Usage: ${`${spec.call} ${spec.positionals}`.trim()} [options]`,
    spec.summary,
    "",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    "",
    "Examples:",
    ...spec.examples.flatMap(([command, does]) => [`  ${command}`, `      ${does}`]),
    "",
    "Exit status: 0 done, 1 said no, 2 wrong use or configuration, 3 a fault of ours.",
  ].join("\n");
}

function parse(spec: CommandSpec, argv: string[]): Pick<Invocation, "values" | "positionals"> {
  const options = Object.fromEntries(
    Object.entries({ ...spec.options, ...COMMON }).map(([name, option]) => [
      name,
      { type: option.type, multiple: option.multiple ?? false },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true, strict: true });
    if (positionals.length > 0 && spec.positionals === "")
      throw new CommandError({
        what: "unexpected argument",
        value: positionals.join(" "),
        action: `${spec.call} --help`,
      });
    return { values, positionals };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    // parseArgs' first sentence names the option; what follows it is advice for other programs.
    const what = (error as Error).message.split(/\. |\n/)[0] ?? "wrong options";
    const option = /^Option '(--[\w-]+).*ambiguous/.exec(what)?.[1];
    // A file may be named like an option.
    const action = option ? `${option}=VALUE for a value that begins with a dash` : `${spec.call} --help`;
    throw new CommandError({ what: printable(what.replace(/\.$/, "")), action }, { cause: error });
  }
}

function outputOf(quiet: boolean, debug: boolean): Output {
  return {
    quiet,
    debug,
    print: (text) => void process.stdout.write(`${text}\n`),
    progress: (text) => void (quiet || process.stderr.write(`${text}\n`)),
    warn: (text) => void process.stderr.write(`${paint("yellow", "!", process.stderr)} ${text}\n`),
  };
}

/** Prints an error in our form and returns the exit code that belongs to it. */
export function reportError(error: unknown, debug: boolean): number {
  const cross = paint("red", "✗", process.stderr);
  const known = error instanceof CommandError;
  const message = error instanceof Error ? error.message : String(error);
  const advice = known || debug ? "" : " → run it again with --debug, and report what it prints";
  process.stderr.write(`${cross} ${message}${advice}\n`);
  for (let one: unknown = debug ? error : undefined; one instanceof Error; one = one.cause) {
    process.stderr.write(`${one.stack ?? String(one)}\n`);
  }
  return known ? error.exitCode : EXIT.fault;
}

/**
 * Runs one command to its end and leaves its exit code in `process.exitCode`.
 * @param run returns the exit code; what it throws is printed in one line.
 */
export async function runCommand(
  spec: CommandSpec,
  run: (invocation: Invocation) => Promise<number>,
  argv: string[] = process.argv.slice(2),
): Promise<void> {
  // A reader that has seen enough (`| head`) is no fault of anybody's.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.fault),
  );
  try {
    const { values, positionals } = parse(spec, argv);
    if (values.help) {
      process.stdout.write(`${helpText(spec)}\n`);
      process.exitCode = EXIT.done;
      return;
    }
    const output = outputOf(values.quiet === true, values.debug === true);
    process.exitCode = await run({ values, positionals, output });
  } catch (error) {
    process.exitCode = reportError(error, argv.includes("--debug"));
  }
}
