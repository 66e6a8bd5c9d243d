/** One emulator for a suite of tests, in a folder that goes away with it. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../local/cloud/ministack.js";

/** VOD_VENV names another virtual environment than the launcher's. */
export const testVenv = (): string => process.env.VOD_VENV ?? resolve(__dirname, "../../.local/venv");

export interface TestEmulator extends Emulator {
  dir: string;
}

/** @throws Error that says what to do when the virtual environment is not there yet. */
export async function startTestEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const venv = options.venv ?? testVenv();
  if (!existsSync(join(venv, "bin", "python")))
    throw new Error(`no virtual environment at ${venv} → run: npm start -- --install, or set VOD_VENV`);
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
