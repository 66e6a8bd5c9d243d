/** What was measured or tried: which commit, when, on what machine. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";

const ROOT = resolve(__dirname, "..");

export interface Revision {
  /** 12 hexadecimal digits. */
  commit: string;
  /** True with changes that are not committed. */
  dirty: boolean;
  /** YYYY-MM-DD, UTC. */
  date: string;
  machine: string;
}

const git = (...args: string[]): string => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();

/** @throws Error outside a git checkout. */
export const revision = (): Revision => ({
  commit: git("rev-parse", "--short=12", "HEAD"),
  dirty: git("status", "--porcelain", "--untracked-files=no") !== "",
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}`,
});

/** `at commit 0123456789ab`, with a remark when that is not all. */
export const atCommit = ({ commit, dirty }: Pick<Revision, "commit" | "dirty">): string =>
  `${commit}${dirty ? " with uncommitted changes" : ""}`;
