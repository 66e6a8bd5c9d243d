/** λ searchSetup: when the stack is deployed, and every night with a snapshot. */
import { HANDLER_ENVIRONMENT, readEnvironment } from "../../contracts/environment";
import type { SearchSetupEvent } from "../../contracts/search";
import { systemClock } from "../aws/clock";
import { signedSearchApi } from "../aws/searchApi";
import { telemetry } from "../aws/telemetry";
import { setUp } from "./core";

const env = readEnvironment(HANDLER_ENVIRONMENT.searchSetup);
const { log, metrics, flush } = telemetry();
const region = process.env.AWS_REGION ?? "";
const ports = { api: signedSearchApi(env.SEARCH_ENDPOINT, region), clock: systemClock, log, metrics };
const config = {
  repository: {
    type: "s3" as const,
    settings: { bucket: env.SNAPSHOT_BUCKET, region, role_arn: env.SNAPSHOT_ROLE_ARN },
  },
  retentionDays: Number(env.SNAPSHOT_DAYS),
};

export async function handler(event: SearchSetupEvent): Promise<void> {
  try {
    await setUp(ports, config, event);
  } finally {
    flush();
  }
}
