/**
 * The jobs: which one runs when, and what becomes of it. One at a time unless told otherwise; within that, the queues take
 * turns, each with its own concurrency, priority, then age. A job that ran when the process was killed is started again, at
 * most twice (`retryCount` counts that, as the service's own restarts), and then ends in ERROR.
 */
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProcessFailed, type MediaTools } from "../ffmpeg";
import { errorName, errorText, requireRole, type Clients } from "./aws";
import { whileAway } from "./away";
import { JobFailure } from "./errors";
import type { Events } from "./events";
import type { JobPlan } from "./job.types";
import { inputDetails } from "./probe.plan";
import type { GroupResult } from "./publish";
import { PID_FILE, runJob } from "./run";
import { nextJob } from "./schedule.plan";
import { now, type Phase, type Store, type WireJob } from "./store";

const MAX_RESTARTS = 2;
const PHASES: Phase[] = ["PROBING", "TRANSCODING", "UPLOADING"];
/** Percent of the whole job at which a phase begins. */
const PHASE_START = { PROBING: 0, TRANSCODING: 5, UPLOADING: 95 } as const;
const PHASE_LENGTH = { PROBING: 5, TRANSCODING: 90, UPLOADING: 5 } as const;
/**
 * A job here takes minutes where the service's takes hours, so the interval that is asked for is divided by this. Milliseconds
 * at least.
 */
const INTERVAL_DIVISOR = 10;
const SHORTEST_INTERVAL = 1000;

export interface JobsOptions {
  /** Folder of the running jobs' files. */
  folder: string;
  tools: MediaTools;
  /** Jobs at a time, of all queues. */
  parallel: number;
  /** Gives the plan of a stored job. */
  plan(job: WireJob): JobPlan;
  log(message: string): void;
}

export class Jobs {
  private readonly running = new Map<string, { stop: AbortController; done: Promise<void> }>();
  private served: string[] = [];
  private closed = false;

  constructor(
    private readonly store: Store,
    private readonly clients: Clients,
    private readonly events: Events,
    private readonly options: JobsOptions,
  ) {
    removeLeftovers(options.folder, options.log);
    for (const job of store.state.jobs.filter(({ status }) => status === "PROGRESSING")) this.restart(job);
    store.save();
    this.pump();
  }

  private restart(job: WireJob): void {
    if (job.retryCount >= MAX_RESTARTS) {
      this.fail(job, new JobFailure(1999, `The transcoder stopped ${job.retryCount + 1} times while this job ran`));
      return;
    }
    job.retryCount += 1;
    job.status = "SUBMITTED";
    job.jobPercentComplete = undefined;
    job.currentPhase = undefined;
  }

  /** Starts what may start. Call after any change of jobs or queues. */
  pump(): void {
    while (!this.closed && this.running.size < this.options.parallel) {
      const next = this.next();
      if (!next) return;
      const stop = new AbortController();
      const done = this.run(next, stop.signal).finally(() => {
        this.running.delete(next.id);
        this.pump();
      });
      this.running.set(next.id, { stop, done });
    }
  }

  private next(): WireJob | undefined {
    const { jobs, queues } = this.store.state;
    const next = nextJob({ jobs, queues, running: this.running, served: this.served });
    if (next) this.served = [...this.served.filter((arn) => arn !== next.queue), next.queue];
    return next;
  }

  /** Marks the job at once; its process ends a moment later. */
  cancel(job: WireJob): void {
    job.status = "CANCELED";
    job.timing.finishTime = now();
    this.events.add(job, "CANCELED");
    this.store.save();
    this.running.get(job.id)?.stop.abort();
    this.pump();
  }

  private async run(job: WireJob, signal: AbortSignal): Promise<void> {
    job.status = "PROGRESSING";
    job.timing.startTime = now();
    this.events.add(job, "PROGRESSING");
    this.store.save();
    const progress = new Progress(job, this.events);
    const s3 = this.clients.s3As(job.role, job.id);
    try {
      const plan = this.options.plan(job);
      const work = async (): Promise<GroupResult[]> => {
        await requireRole(this.clients, job.role, job.id);
        return runJob({
          plan,
          tools: this.options.tools,
          folder: join(this.options.folder, job.id),
          s3,
          signal,
          onProbed: (file) =>
            this.events.add(job, "INPUT_INFORMATION", { inputDetails: inputDetails(file, plan.input.uri) }),
          onProgress: (phase, percent, frames) => progress.set(phase, percent, frames),
        });
      };
      const results = await whileAway(work, { signal, log: (text) => this.options.log(`${job.id}: ${text}`) });
      if (!signal.aborted) this.complete(job, results);
    } catch (error) {
      // A canceled job is marked already; one that is stopped with the process stays PROGRESSING and is started again.
      if (!signal.aborted) this.fail(job, error);
    } finally {
      progress.stop();
      s3.destroy();
      this.store.save();
    }
  }

  private complete(job: WireJob, results: GroupResult[]): void {
    job.status = "COMPLETE";
    job.timing.finishTime = now();
    job.jobPercentComplete = 100;
    job.currentPhase = undefined;
    job.outputGroupDetails = results.map(({ details }) => ({ outputDetails: details }));
    this.events.add(job, "COMPLETE", {
      warnings: [],
      outputGroupDetails: results.map(({ type, details, playlists, files }) => ({
        outputDetails: details.map((detail) => ({ ...(files ? { outputFilePaths: files } : {}), ...detail })),
        type,
        ...(playlists ? { playlistFilePaths: playlists } : {}),
      })),
    });
    this.store.save();
    this.options.log(`${job.id} COMPLETE`);
  }

  private fail(job: WireJob, error: unknown): void {
    const failure = error instanceof JobFailure ? error : new JobFailure(1999, describe(error));
    job.status = "ERROR";
    job.timing.finishTime = now();
    job.errorCode = failure.code;
    job.errorMessage = failure.message;
    this.events.add(job, "ERROR", { errorCode: failure.code, errorMessage: failure.message });
    this.store.save();
    this.options.log(`${job.id} ERROR ${failure.code}: ${JSON.stringify(failure.message)}`);
  }

  /** Kills what runs. Those jobs stay PROGRESSING in the state and are started again with the next process. */
  async close(): Promise<void> {
    this.closed = true;
    const running = [...this.running.values()];
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ done }) => done));
  }
}

const describe = (error: unknown): string =>
  error instanceof ProcessFailed ? error.message : `Unexpected: ${errorName(error)}: ${errorText(error)}`;

/** Phase and percentage of a running job, and STATUS_UPDATE at the job's interval. */
class Progress {
  private phase: Phase = "PROBING";
  private percent = 0;
  private frames = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly job: WireJob,
    private readonly events: Events,
  ) {
    const seconds = Number(job.statusUpdateInterval.replace("SECONDS_", ""));
    const interval = Math.max(SHORTEST_INTERVAL, (seconds * 1000) / INTERVAL_DIVISOR);
    this.timer = setInterval(() => this.send(), interval);
  }

  set(phase: Phase, percent: number, frames?: number): void {
    this.phase = phase;
    this.percent = percent;
    this.frames = frames ?? this.frames;
    if (this.job.status !== "PROGRESSING") return;
    this.job.currentPhase = phase;
    this.job.jobPercentComplete = Math.round(PHASE_START[phase] + (PHASE_LENGTH[phase] * percent) / 100);
  }

  private send(): void {
    if (this.job.status !== "PROGRESSING") return;
    const current = PHASES.indexOf(this.phase);
    const phaseProgress = PHASES.map((phase, index) => [
      phase,
      {
        status: index < current ? "COMPLETE" : index === current ? "PROGRESSING" : "PENDING",
        percentComplete: index < current ? 100 : index === current ? this.percent : 0,
      },
    ]);
    this.events.add(this.job, "STATUS_UPDATE", {
      framesDecoded: this.frames,
      jobProgress: {
        phaseProgress: Object.fromEntries(phaseProgress) as unknown,
        jobPercentComplete: this.job.jobPercentComplete ?? 0,
        currentPhase: this.phase,
        retryCount: this.job.retryCount,
      },
    });
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** Folders of a killed process, and its ffmpeg if that still runs there (Linux: its working folder tells). */
function removeLeftovers(folder: string, log: (message: string) => void): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const left = join(folder, name);
    try {
      const pid = Number(readFileSync(join(left, PID_FILE), "utf8"));
      if (pid > 1 && readlinkSync(`/proc/${pid}/cwd`).startsWith(left)) process.kill(pid, "SIGKILL");
    } catch {
      // No such file or process: nothing runs there any more.
    }
    log(`removed what a stopped job left: ${name}`);
    rmSync(left, { recursive: true, force: true });
  }
}
