/** One line for a state of an asset, for people. */
import { printable } from "../../cli/shell.js";
import type { Asset } from "../../contracts/ledger.js";

export function stateLine(name: string, { state, progress, price, reason }: Asset): string {
  const detail = {
    claimed: "seen, being probed",
    probed: `probed, $${price.toFixed(4)} in the cloud`,
    held: reason?.text ?? "held for its price",
    submitted: "waiting for the transcoder",
    progressing: `transcoding ${progress} %`,
    ready: "ready",
    failed: reason?.text ?? "failed",
    rejected: reason?.text ?? "rejected",
    canceled: "canceled",
  }[state];
  return printable(`  ${name}: ${detail}`);
}
