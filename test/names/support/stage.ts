/** A local platform on a state of its own, which the commands find as a user's. */
import { writeFileSync } from "node:fs";
import { layoutOf, runFile } from "../../../local/launcher/layout.js";
import { type Platform, startPlatform } from "../../../local/launcher/platform.js";
import { type Ended, localFolder, runToEnd } from "../../local/support/command.js";

const silent = { quiet: true, debug: true, print: () => undefined, progress: () => undefined, warn: () => undefined };

export const never = new AbortController().signal;

export interface Stage {
  /** For VOD_LOCAL. */
  folder: string;
  platform: Platform;
  /** Of the stack. */
  output(name: string): string;
  /** `npm run titles -- …` */
  titles(...args: string[]): Promise<Ended>;
  close(): Promise<void>;
}

export async function openStage(set: Record<string, string> = {}): Promise<Stage> {
  const folder = await localFolder();
  const layout = layoutOf("platform", folder.path);
  const platform = await startPlatform({ layout, port: 0, set, output: silent, signal: never });
  const { viewer, api, aws, record } = platform;
  writeFileSync(runFile(folder.path), JSON.stringify({ viewer, api, aws, outputs: record.outputs }));
  return {
    folder: folder.path,
    platform,
    output: (name) => String(record.outputs[name]),
    titles: (...args) => runToEnd("cli/titles.ts", args, { VOD_LOCAL: folder.path }),
    async close() {
      await platform.stop();
      folder.remove();
    },
  };
}
