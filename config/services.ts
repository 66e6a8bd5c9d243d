/** What the keys of the services mean together. */
import { peakOf } from "./keys/services";
import type { SchemaValues } from "./schema";

type Values = Partial<SchemaValues>;

interface Problem {
  name: keyof SchemaValues;
  value: string | undefined;
  remedy: string;
}

/** Images that the stack names; what it does not name is left out. */
function serviceImages(values: SchemaValues): { [role: string]: string } {
  const { apiImage: api, workerImage: worker, pgbouncerImage: pgbouncer, backofficeImage: backoffice } = values;
  return Object.fromEntries(Object.entries({ api, worker, pgbouncer, backoffice }).filter(([, image]) => image !== ""));
}

/** Bounds of every service's count, and the hours in which the lower one is doubled. */
function serviceScaling({ minTasks, maxTasks, peakHours }: SchemaValues) {
  const peak = peakOf(peakHours);
  return { minTasks, maxTasks, ...(peak && { peak }) };
}

/** What the keys alone tell the services. */
export const serviceSettings = (values: SchemaValues) => ({
  images: serviceImages(values),
  scaling: serviceScaling(values),
  exec: values.exec,
  secrets: { outsideKeys: values.outsideKeys, mediaCredentials: values.mediaCredentials },
});

/** What is wrong with the keys together. Values that are wrong by themselves are absent and pass. */
export function servicesProblems({ minTasks, maxTasks, exec, protect }: Values): Problem[] {
  const problems: Problem[] = [];
  if (minTasks !== undefined && maxTasks !== undefined && minTasks > maxTasks)
    problems.push({ name: "maxTasks", value: String(maxTasks), remedy: `at least minTasks, ${minTasks}` });
  if (exec && protect)
    problems.push({
      name: "exec",
      value: "true",
      remedy: "false where protect is true: a session changes what no release made",
    });
  return problems;
}
