/** Clips through a whole platform, as a user runs it: `npm start -- --once --json --out DIR --video …`. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMediaTools, type MediaTools } from "../../../local/ffmpeg";
import type { OnceRow } from "../../../local/launcher/once";
import { localFolder, runToEnd } from "../../local/support/command";
import { readyVenv } from "../../support/ministack";
import { type Clip, makeClip } from "./clips";

export interface Ran {
  /** Of each file, in the order of `files`; undefined when the command printed none. */
  rows: (OnceRow | undefined)[];
  code: number | null;
  stderr: string;
}

/** @param out folder for the finished media; each title has its own below it. */
export async function runOnce(files: string[], out: string): Promise<Ran> {
  const local = await localFolder();
  try {
    const args = ["--once", "--json", "--out", out, ...files.flatMap((file) => ["--video", file])];
    const { code, stdout, stderr } = await runToEnd("local/start.ts", args, { VOD_LOCAL: local.path });
    const lines = stdout.split("\n").filter((line) => line !== "");
    const found = lines.map((line) => JSON.parse(line) as OnceRow);
    return { rows: files.map((file) => found.find((row) => row.file === file)), code, stderr };
  } finally {
    local.remove();
  }
}

/** One clip that has been through the platform. */
export interface Made {
  clip: Clip;
  row: OnceRow;
  /** Of its finished media. */
  folder: string;
  /** The clip itself. */
  source: string;
}

/** A run of some clips: their files exist until `remove`. */
export class Batch {
  readonly folder = mkdtempSync(join(tmpdir(), "vod-films-"));
  private readonly made = new Map<string, Made>();
  tools!: MediaTools;
  ran!: Ran;

  /** Makes the clips and runs them, all in one platform. */
  async run(clips: readonly Clip[]): Promise<void> {
    this.tools = findMediaTools(await readyVenv());
    const sources: string[] = [];
    for (const clip of clips) sources.push(await makeClip(this.tools, clip, join(this.folder, "clips")));
    const out = join(this.folder, "out");
    this.ran = await runOnce(sources, out);
    for (const [index, clip] of clips.entries()) {
      const row = this.ran.rows[index];
      if (row) this.made.set(clip.name, { clip, row, folder: join(out, row.videoId), source: sources[index] ?? "" });
    }
  }

  /** @throws Error with the command's words when it printed nothing of this clip. */
  of(name: string): Made {
    const made = this.made.get(name);
    if (made) return made;
    throw new Error(`no row of ${name}; the command ended with ${this.ran?.code}:\n${this.ran?.stderr.slice(-3000)}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Every file below a folder, relative to it; none when there is no folder. */
export const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort()
    : [];
