/** What ingest needs of the world and of the stack. */
import type { JobPlace } from "../../encoding/job";
import type { Bus, Clock, Ledger, Log, Metrics, Store, Transcoder } from "../ports";

export interface IngestPorts {
  ledger: Ledger;
  store: Store;
  transcoder: Transcoder;
  bus: Bus;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface IngestConfig extends JobPlace {
  stack: string;
  /** USD. A dearer title is held until a person approves it. */
  maxTitlePrice: number;
}
