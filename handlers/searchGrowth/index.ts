/** λ searchGrowth: on an alarm of the search domain, and every hour for as long as one rings. */
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { OpenSearchClient } from "@aws-sdk/client-opensearch";
import { HANDLER_ENVIRONMENT, readEnvironment } from "../../contracts/environment";
import { systemClock } from "../aws/clock";
import { BOUNDED } from "../aws/limits";
import { growthAlarms, searchDomain } from "../aws/searchDomain";
import { telemetry } from "../aws/telemetry";
import { grow } from "./core";

const env = readEnvironment(HANDLER_ENVIRONMENT.searchGrowth);
const { log, metrics, flush } = telemetry();
const ports = {
  domain: searchDomain(new OpenSearchClient(BOUNDED), env.SEARCH_DOMAIN),
  alarms: growthAlarms(new CloudWatchClient(BOUNDED), {
    storage: env.STORAGE_ALARMS.split(","),
    load: env.LOAD_ALARMS.split(","),
  }),
  clock: systemClock,
  log,
  metrics,
};
const caps = { storageGb: Number(env.MAX_STORAGE_GB), nodes: Number(env.MAX_NODES) };

export async function handler(): Promise<void> {
  try {
    await grow(ports, caps);
  } finally {
    flush();
  }
}
