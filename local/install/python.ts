/** Finds a Python that can make a virtual environment. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "../../cli/shell.js";

const run = promisify(execFile);

/** MiniStack 1.5.33 asks for it ("Requires-Python"). */
const LEAST = [3, 10] as const;
const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
const NEEDED = `Python ${LEAST.join(".")} or newer`;
/** Prints `major minor venv`, the last one 1 or 0. Debian ships Python without the two modules. */
const ASK = [
  "import sys, importlib.util as u",
  "print(*sys.version_info[:2], int(all(u.find_spec(m) for m in ('venv', 'ensurepip'))))",
].join("\n");

export interface Python {
  command: string;
  version: string;
}

interface Found extends Python {
  recent: boolean;
  venv: boolean;
}

async function ask(command: string, path: string): Promise<Found | null> {
  try {
    const { stdout } = await run(command, ["-I", "-c", ASK], { env: { PATH: path }, timeout: 20_000 });
    const [major = 0, minor = 0, venv = 0] = stdout.trim().split(" ").map(Number);
    const recent = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
    return { command, version: `${major}.${minor}`, recent, venv: venv === 1 };
  } catch {
    return null;
  }
}

/**
 * @param path where to look, as in PATH.
 * @throws CommandError when there is none, it is too old, or its module venv is missing.
 */
export async function findPython(path: string): Promise<Python> {
  const all: Found[] = [];
  for (const name of NAMES) {
    const found = await ask(name, path);
    if (found?.recent && found.venv) return { command: name, version: found.version };
    if (found) all.push(found);
  }
  const bare = all.find(({ recent }) => recent);
  if (bare) {
    throw new CommandError({
      what: "Python cannot make virtual environments: its modules venv and ensurepip are missing",
      value: `${bare.command} ${bare.version}`,
      action: "install them (Debian and Ubuntu: apt-get install python3-venv), then run npm start again",
    });
  }
  if (all[0]) {
    throw new CommandError({
      what: "Python is too old",
      value: `${all[0].command} ${all[0].version}`,
      action: `install ${NEEDED}, then run npm start again`,
    });
  }
  throw new CommandError({
    what: "Python is missing",
    value: "no python3 on PATH",
    action: `install ${NEEDED} with its module venv (Debian and Ubuntu: apt-get install python3 python3-venv)`,
  });
}
