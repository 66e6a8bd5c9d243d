/** What concerns the whole stack. */
import { matching, type ConfigKey } from "./key";

/** CloudWatch Logs API reference, PutRetentionPolicy. Logs without an end are not offered. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export const isRegion = (text: string): boolean => REGION.test(text);

export const PLATFORM_KEYS = {
  recoveryRegion: {
    type: "string",
    description: "Region that holds the copies of sources and renditions",
    default: "us-west-2",
    allowed: "a region other than aws:region, such as us-west-2",
    parse: matching((text) => REGION.test(text)),
  },
  maxTitlePrice: {
    type: "string",
    description: "USD: a title whose transcoding costs more waits for a person",
    default: "25",
    allowed: "a price in USD from 0 to 100000, such as 25 or 0.5",
    parse: (text) => {
      const price = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
      return price >= 0 && price <= 100_000 ? price : undefined;
    },
  },
  logRetentionDays: {
    type: "integer",
    description: "Days that logs are kept",
    default: "365",
    allowed: `one of ${RETENTION_DAYS.join(", ")}`,
    parse: (text) => RETENTION_DAYS.find((days) => String(days) === text),
  },
  protect: {
    type: "boolean",
    description: "Keeps keys, buckets and tables from being deleted",
    default: "true",
    allowed: "true or false",
    parse: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  },
} as const satisfies Record<string, ConfigKey<unknown>>;
