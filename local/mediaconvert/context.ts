/** What one run of a job is given. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { MediaTools } from "../ffmpeg";
import type { JobPlan } from "./job.types";
import type { ProbedFile } from "./source.plan";
import type { Phase } from "./store";

export interface RunContext {
  plan: JobPlan;
  tools: MediaTools;
  /** Emptied first and removed at the end. */
  folder: string;
  s3: S3Client;
  signal: AbortSignal;
  onProbed(file: ProbedFile): void;
  /** 0 to 100 of the phase; `frames` decoded so far. */
  onProgress(phase: Phase, percent: number, frames?: number): void;
}
