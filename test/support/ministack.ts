/** One emulator for a suite of tests, in a folder that goes away with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../local/cloud/ministack.js";
import { ensureVenv } from "../../local/install/venv.js";
import { localRoot } from "../../local/launcher/layout.js";

/** Where the launcher's virtual environment is. VOD_VENV names another one. */
export const testVenv = (): string => process.env.VOD_VENV ?? join(localRoot(), "venv");

/** The same, made now when this clone has none yet. */
export const readyVenv = async (): Promise<string> =>
  process.env.VOD_VENV ?? ensureVenv({ root: localRoot(), progress: (text) => console.log(text) });

export interface TestEmulator extends Emulator {
  dir: string;
}

export async function startTestEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const venv = options.venv ?? (await readyVenv());
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "vod-emulator-"));
  const emulator = await startEmulator({ ...options, dir, venv });
  return {
    ...emulator,
    dir,
    async stop() {
      await emulator.stop();
      if (!options.dir) rmSync(dir, { recursive: true, force: true });
    },
  };
}
