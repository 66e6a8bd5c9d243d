/** The containers: what runs, how much of it, and how a release takes over. */
import { isEcrImage } from "../../lib/arn";
import { matching, optional, type ConfigKey } from "./key";

const image: ConfigKey<string> = {
  type: "string",
  description: "",
  default: "",
  allowed:
    "an image in ECR named by its digest: <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 hex digits>; or nothing",
  parse: optional(isEcrImage),
};

/** The architecture document's most tasks of a service. */
const MOST_TASKS = 10;
const TASKS = Array.from({ length: MOST_TASKS }, (_, index) => index + 1);
const tasks: ConfigKey<number> = {
  type: "integer",
  description: "",
  allowed: `a whole number from 1 to ${MOST_TASKS}`,
  parse: (text) => TASKS.find((count) => String(count) === text),
};

/** `19-23 America/Santiago`: two whole hours of a day and the zone that they are meant in. */
const PEAK = /^(\d|1\d|2[0-3])-(\d|1\d|2[0-3]) ([A-Za-z]+(?:\/[A-Za-z0-9_+-]+)*)$/;

function isPeak(text: string): boolean {
  const [, from, to, timeZone] = PEAK.exec(text) ?? [];
  if (timeZone === undefined || from === to) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** @param text a checked `peakHours`. */
export function peakOf(text: string): { from: number; to: number; timeZone: string } | undefined {
  const [, from, to, timeZone] = PEAK.exec(text) ?? [];
  return timeZone === undefined ? undefined : { from: Number(from), to: Number(to), timeZone };
}

export const SERVICES_KEYS = {
  apiImage: { ...image, description: "Image of the api; without one it is built here and pushed" },
  workerImage: { ...image, description: "Image of the worker; without one it is built here and pushed" },
  pgbouncerImage: { ...image, description: "Image of the pooler; without one it is built here and pushed" },
  backofficeImage: { ...image, description: "Image of the backoffice; without one no backoffice runs" },
  deployment: {
    type: "string",
    description: "How a release takes over from the one before",
    default: "canary",
    allowed: "rolling, blueGreen or canary",
    parse: matching((text) => ["rolling", "blueGreen", "canary"].includes(text)),
  },
  minTasks: { ...tasks, description: "Tasks of each service that always run", default: "2" },
  maxTasks: { ...tasks, description: "Most tasks of each service", default: String(MOST_TASKS) },
  peakHours: {
    type: "string",
    description: "Hours in which twice as many tasks run at least, such as 19-23 America/Santiago",
    default: "",
    allowed: "two hours from 0 to 23 and an IANA time zone, such as 19-23 America/Santiago; or nothing",
    parse: optional(isPeak),
  },
  exec: {
    type: "boolean",
    description: "Lets operators open a session in a container",
    default: "false",
    allowed: "true or false",
    parse: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  },
} as const satisfies Record<string, ConfigKey<unknown>>;
