/** Log and metrics by Powertools: JSON lines, and metrics inside them (embedded metric format), no call of its own. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics as PowertoolsMetrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Log, Metrics } from "../ports";

export interface Telemetry {
  log: Log;
  metrics: Metrics;
  /** Writes the metrics out. Call it last in every invocation. */
  flush(): void;
}

/** Service, namespace and level come from the environment (POWERTOOLS_…). */
export function telemetry(): Telemetry {
  const logger = new Logger();
  const metrics = new PowertoolsMetrics();
  return {
    log: {
      info: (message, fields = {}) => logger.info(message, fields),
      warn: (message, fields = {}) => logger.warn(message, fields),
      error: (message, fields = {}) => logger.error(message, fields),
    },
    metrics: { count: (name) => metrics.addMetric(name, MetricUnit.Count, 1) },
    flush: () => metrics.publishStoredMetrics(),
  };
}
