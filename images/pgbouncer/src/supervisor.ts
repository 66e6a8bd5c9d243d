/** PgBouncer with a password that changes: IAM's tokens are good for new connections for 15 minutes. */
import { spawn, type ChildProcess } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import type { Logger } from "pino";
import { pgbouncerIni, type Passwords, type PoolerSettings } from "./config.js";

export interface SupervisorOptions {
  settings: PoolerSettings;
  /** Makes the passwords of the two endpoints. */
  sign: () => Promise<Passwords>;
  /** Program and the file that it reads. */
  program: string;
  file: string;
  caFile?: string;
  log: Logger;
  /** Milliseconds between two renewals. Default 10 minutes. */
  renewEvery?: number;
  /** Milliseconds until a renewal that failed is tried again. Default 10 s. */
  retryAfter?: number;
}

const RENEW_EVERY = 10 * 60_000;
const RETRY_AFTER = 10_000;

export class Supervisor {
  readonly #options: Required<Omit<SupervisorOptions, "caFile">> & Pick<SupervisorOptions, "caFile">;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = { renewEvery: RENEW_EVERY, retryAfter: RETRY_AFTER, ...options };
  }

  /** Whole or not at all: PgBouncer may read it at any time. Nobody else may. */
  async #write(): Promise<void> {
    const { settings, sign, file, caFile } = this.#options;
    const draft = `${file}.new`;
    await writeFile(draft, pgbouncerIni(settings, await sign(), caFile), { mode: 0o600 });
    await rename(draft, file);
  }

  #renewAfter(milliseconds: number): void {
    const { log, renewEvery, retryAfter } = this.#options;
    this.#timer = setTimeout(() => {
      this.#write().then(
        () => {
          // Connections that are open stay open: it only signs in by the new password.
          this.#child?.kill("SIGHUP");
          this.#renewAfter(renewEvery);
        },
        (err: unknown) => {
          log.error({ err }, "the password could not be renewed: trying again");
          this.#renewAfter(retryAfter);
        },
      );
    }, milliseconds);
  }

  /** Waits for the transactions that run, takes no new ones. */
  stop(): void {
    this.#stopping = true;
    clearTimeout(this.#timer);
    this.#child?.kill("SIGINT");
  }

  /**
   * Runs until PgBouncer ends.
   * @returns exit code of the container: 0 when it was stopped.
   * @throws Error when there is no first password or the program is not there.
   */
  async run(): Promise<number> {
    const { program, file, log, renewEvery } = this.#options;
    await this.#write();
    if (this.#stopping) return 0;
    const child = spawn(program, [file], { stdio: "inherit" });
    this.#child = child;
    this.#renewAfter(renewEvery);
    try {
      const end = await new Promise<string>((done, fail) => {
        child.once("error", fail);
        child.once("exit", (code, signal) => done(signal ?? `code ${code}`));
      });
      if (!this.#stopping) log.error({ end }, "pgbouncer ended by itself");
      return this.#stopping ? 0 : 1;
    } finally {
      clearTimeout(this.#timer);
    }
  }
}
