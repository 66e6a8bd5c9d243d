/** Room on the disk, checked before it runs out in the middle of something. */
import { mkdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { CommandError } from "../../cli/shell.js";

const MB = 1_000_000;
/** Bytes. The virtual environment takes 310 MB, its downloads 110 MB, and pip needs room to unpack. */
export const ROOM_TO_INSTALL = 700 * MB;
/** Bytes. A source, its renditions and the scratch files of a transcode of a few minutes. */
export const ROOM_TO_RUN = 300 * MB;

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / MB)} MB`;

export const diskFull = (folder: string, free: string, needed: number): CommandError =>
  new CommandError({
    what: "the disk is too full",
    value: `${free} free in ${folder}`,
    action: `free at least ${inMegabytes(needed)} there, then run npm start again`,
  });

/** @throws CommandError when the disk of the folder, which is made when absent, has less room than that. */
export async function checkRoom(folder: string, needed: number): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw diskFull(folder, "0 MB", needed);
    throw error;
  }
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < needed) throw diskFull(folder, inMegabytes(bavail * bsize), needed);
}
