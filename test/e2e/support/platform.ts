import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../local/launcher/layout";
import type { RunRecord } from "../../../local/launcher/serve";
import { readyVenv } from "../../support/ministack";

export interface TestPlatform extends RunRecord {
  /** Process of the launcher. */
  pid: number;
  stop: () => Promise<void>;
  /** The last lines of every log, for a failure that the page alone does not explain. */
  logs: () => string;
}

const LOG_LINES = 30;

function lastLines(state: string): string {
  const services = readdirSync(join(state, "logs")).map((name) => join(state, "logs", name));
  return [...services, join(state, "emulator/ministack.log")]
    .map((file) => `── ${file}\n${readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n")}`)
    .join("\n");
}

/**
 * `npm start` on a free port, with a state of its own that goes away at the end.
 * @throws Error with what the launcher said when it does not come up
 */
export async function startTestPlatform(): Promise<TestPlatform> {
  const root = mkdtempSync(join(tmpdir(), "vod-e2e-"));
  symlinkSync(await readyVenv(), join(root, "venv"));
  const child = spawn(join(ROOT, "tools/run"), [join(ROOT, "local/start.ts"), "--json", "--port", "0"], {
    cwd: ROOT,
    env: { ...process.env, VOD_LOCAL: root, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    await ended;
    rmSync(root, { recursive: true, force: true });
  };
  try {
    return {
      ...(await firstLine(child)),
      pid: child.pid ?? 0,
      stop,
      logs: () => lastLines(join(root, "platform")),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The one line of JSON that says that everything is up. */
function firstLine(child: ChildProcess): Promise<RunRecord> {
  let out = "";
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  return new Promise((done, fail) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      const line = out.slice(0, out.indexOf("\n") + 1);
      if (line !== "") done(JSON.parse(line) as RunRecord);
    });
    child.once("close", (code) => fail(new Error(`npm start ended with ${code} before it was up:\n${said}`)));
  });
}
