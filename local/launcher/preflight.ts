/** What this machine must offer, checked before anything is started. Each fault is one line that says what to do. */
import { CommandError, type Output } from "../../cli/shell.js";
import { FolderTakenError, type Ownership, takeOwnership } from "../database/owner.js";
import { checkRoom, ROOM_TO_RUN } from "../install/disk.js";
import { type CheckedTools, checkMedia } from "../install/media.js";
import { ensureVenv } from "../install/venv.js";
import type { Layout } from "./layout.js";
import { portOwner, tryPort } from "./ports.js";

export interface Preflight {
  venv: string;
  media: CheckedTools;
  /** Of the state's folder: one platform runs on it at a time. */
  ownership: Ownership;
}

/** @throws CommandError when somebody holds the port, named where the system says who. */
export async function checkPort(port: number): Promise<void> {
  if ((await tryPort(port)) !== null) return;
  const owner = portOwner(port);
  throw new CommandError({
    what: `port ${port} is in use`,
    value: owner ? `by "${owner.name}", process ${owner.pid}` : "by a process that the system does not name",
    action: `stop it, or: npm start -- --port ${port + 10}`,
  });
}

async function own(layout: Layout): Promise<Ownership> {
  try {
    return await takeOwnership(layout.state);
  } catch (error) {
    if (!(error instanceof FolderTakenError)) throw error;
    throw new CommandError({
      what: "the local platform is already running",
      value: `process ${error.pid}`,
      action: "use it, or end it by Ctrl-C there; npm start -- --once … runs beside it",
    });
  }
}

/** @param port 0 takes any free one and is not checked. @throws CommandError */
export async function preflight(layout: Layout, port: number, output: Output): Promise<Preflight> {
  await checkRoom(layout.state, ROOM_TO_RUN);
  const ownership = await own(layout);
  try {
    if (port !== 0) await checkPort(port);
    const venv = await ensureVenv({ root: layout.root, progress: (text) => output.progress(text) });
    const media = await checkMedia(venv);
    return { venv, media, ownership };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}
