/**
 * The emulator may stop and come back while a job runs; S3 and IAM never do that to MediaConvert. So a job waits for it and
 * begins anew, instead of failing for what its film is not to blame for.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "./aws";

/** What Node's sockets say when nobody answers, or the one that answered is gone. */
const AWAY = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);
/** Milliseconds between two tries: doubled up to the last. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2000;

const isAway = (error: unknown): boolean =>
  error instanceof Error && (AWAY.has(String((error as NodeJS.ErrnoException).code)) || isAway(error.cause));

/**
 * Does the work, again while the emulator is away. It does not give up: who started the emulator decides when that is lost.
 * @throws what the work throws for another reason, or once the signal has come
 */
export async function whileAway<T>(
  work: () => Promise<T>,
  { signal, log }: { signal: AbortSignal; log: (message: string) => void },
): Promise<T> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isAway(error)) throw error;
      log(`the emulator is away, the job begins anew: ${errorText(error)}`);
      await sleep(pause, undefined, { signal });
    }
  }
}
