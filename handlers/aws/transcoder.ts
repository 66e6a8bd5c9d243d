/** MediaConvert. */
import {
  CreateJobCommand,
  GetJobCommand,
  type Job,
  ListJobsCommand,
  MediaConvertClient,
  type MediaConvertClientConfig,
  ProbeCommand,
} from "@aws-sdk/client-mediaconvert";
import { unreadable } from "../../encoding/inputs";
import { NotCreated, type Transcoder } from "../ports";
import { isServiceError, isUnsent } from "./errors";
import { BOUNDED_ONCE, BOUNDED_PROBE } from "./limits";

/** The service will say the same again: the file or the settings are at fault, not the moment. */
const FINAL = new Set(["BadRequestException", "UnprocessableEntityException"]);
/** Nothing was made, and a later try may go through. */
const NOTHING_MADE = new Set([
  "AccessDeniedException",
  "ConflictException",
  "ForbiddenException",
  "NotFoundException",
  "ServiceQuotaExceededException",
  "TooManyRequestsException",
]);
/** Pages of 20 jobs: the mark that the search goes back to is minutes old. */
const MOST_PAGES = 50;

async function findJob(
  client: MediaConvertClient,
  { queue, assetId, attempt, since }: Parameters<Transcoder["findJob"]>[0],
): Promise<Job | undefined> {
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const input = { Queue: queue, Order: "DESCENDING", MaxResults: 20, NextToken: token } as const;
    const reply = await client.send(new ListJobsCommand(input));
    const jobs = reply.Jobs ?? [];
    const own = ({ UserMetadata }: Job): boolean =>
      UserMetadata?.assetId === assetId && UserMetadata.attempt === String(attempt);
    const found = jobs.find(own);
    if (found) return found;
    token = reply.NextToken;
    // A minute for the difference of two clocks.
    const past = jobs.some(
      ({ CreatedAt }) => CreatedAt !== undefined && CreatedAt.getTime() < since.getTime() - 60_000,
    );
    if (token === undefined || past) return undefined;
  }
  throw new Error(
    `more jobs than ${MOST_PAGES} pages since ${since.toISOString()}: the job of ${assetId} was not found among them`,
  );
}

/** @param options of the clients; default: the environment's. */
export function mediaConvert(options: MediaConvertClientConfig = {}): Transcoder {
  const client = new MediaConvertClient({ ...BOUNDED_PROBE, ...options });
  const creating = new MediaConvertClient({ ...options, ...BOUNDED_ONCE });
  return {
    async probe(bucket, key) {
      try {
        const input = { InputFiles: [{ FileUrl: `s3://${bucket}/${key}` }] };
        const reply = await client.send(new ProbeCommand(input));
        return { result: reply.ProbeResults?.[0] ?? {} };
      } catch (error) {
        if (isServiceError(error) && FINAL.has(error.name)) return { refused: unreadable(error.message) };
        throw error;
      }
    },
    async createJob(request) {
      try {
        const reply = await creating.send(new CreateJobCommand(request));
        if (!reply.Job?.Id) throw new Error("MediaConvert created a job but named no id");
        return { jobId: reply.Job.Id };
      } catch (error) {
        if (isUnsent(error)) throw new NotCreated((error as Error).message, { cause: error });
        if (!isServiceError(error)) throw error;
        if (FINAL.has(error.name))
          return { refused: { code: "job-refused", text: `MediaConvert refused the job: ${error.message}` } };
        if (NOTHING_MADE.has(error.name)) throw new NotCreated(error.message, { cause: error });
        throw error;
      }
    },
    async job(jobId) {
      try {
        return (await client.send(new GetJobCommand({ Id: jobId }))).Job;
      } catch (error) {
        if (isServiceError(error) && (error.name === "NotFoundException" || error.name === "BadRequestException"))
          return undefined;
        throw error;
      }
    },
    findJob: (query) => findJob(client, query),
  };
}
