/** What outlives the process: jobs, queues, templates, the VPC's endpoint and events that are not yet delivered, in one JSON file. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Endpoint } from "./endpoint";

/** Times on the wire are seconds since 1970. */
export type Seconds = number;
export const now = (): Seconds => Math.floor(Date.now() / 1000);

export type JobStatus = "SUBMITTED" | "PROGRESSING" | "COMPLETE" | "CANCELED" | "ERROR";
export type Phase = "PROBING" | "TRANSCODING" | "UPLOADING";
export interface OutputDetail {
  durationInMs: number;
  videoDetails?: { widthInPx: number; heightInPx: number };
}

/** A job with the members and names of the service's reply (`Job`), lower camel case. */
export interface WireJob {
  id: string;
  arn: string;
  createdAt: Seconds;
  queue: string;
  role: string;
  status: JobStatus;
  settings: unknown;
  priority: number;
  userMetadata: Record<string, string>;
  statusUpdateInterval: string;
  billingTagsSource: string;
  accelerationSettings: { mode: string };
  accelerationStatus: string;
  retryCount: number;
  timing: { submitTime: Seconds; startTime?: Seconds; finishTime?: Seconds };
  messages: { info: string[]; warning: string[] };
  clientRequestToken?: string;
  currentPhase?: Phase;
  jobPercentComplete?: number;
  errorCode?: number;
  errorMessage?: string;
  outputGroupDetails?: { outputDetails: OutputDetail[] }[];
}

export interface WireQueue {
  name: string;
  arn: string;
  createdAt: Seconds;
  lastUpdated: Seconds;
  description?: string;
  pricingPlan: string;
  status: string;
  type: "SYSTEM" | "CUSTOM";
  concurrentJobs: number;
}

export interface WireTemplate {
  name: string;
  arn: string;
  createdAt: Seconds;
  lastUpdated: Seconds;
  type: "CUSTOM";
  settings: unknown;
  [member: string]: unknown;
}

/** An event that waits for the bus. */
export interface Waiting {
  time: Seconds;
  resources: string[];
  detail: Record<string, unknown>;
}

interface State {
  jobs: WireJob[];
  queues: WireQueue[];
  templates: WireTemplate[];
  outbox: Waiting[];
  endpoint?: Endpoint;
}

/** Ended jobs that are kept; the service keeps them for three months. */
const KEPT_JOBS = 1000;

export class Store {
  readonly state: State;
  private readonly file: string;

  /** @throws Error when the file is there and cannot be read */
  constructor(
    directory: string,
    private readonly log: (message: string) => void,
  ) {
    mkdirSync(directory, { recursive: true });
    this.file = join(directory, "state.json");
    this.state = { jobs: [], queues: [], templates: [], outbox: [], ...this.read() };
  }

  private read(): Partial<State> {
    let text: string;
    try {
      text = readFileSync(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
      throw error;
    }
    try {
      return JSON.parse(text) as State;
    } catch (error) {
      throw new Error(`${this.file} is not the state of a MediaConvert: ${String(error)} → move it away`);
    }
  }

  /** Written whole and renamed: a reader sees the old state or the new one. A full disk is told, and the next save tries again. */
  save(): void {
    const ended = this.state.jobs.filter(({ status }) => status !== "SUBMITTED" && status !== "PROGRESSING");
    const dropped = new Set(ended.slice(0, Math.max(0, ended.length - KEPT_JOBS)));
    if (dropped.size > 0) this.state.jobs = this.state.jobs.filter((job) => !dropped.has(job));
    try {
      writeFileSync(`${this.file}.new`, JSON.stringify(this.state));
      renameSync(`${this.file}.new`, this.file);
    } catch (error) {
      this.log(`state not saved: ${String(error)}`);
    }
  }

  job = (id: string): WireJob | undefined => this.state.jobs.find((job) => job.id === id);
  queue = (nameOrArn: string): WireQueue | undefined =>
    this.state.queues.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
  template = (nameOrArn: string): WireTemplate | undefined =>
    this.state.templates.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
}
