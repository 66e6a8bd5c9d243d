/** What the edge's keys mean together. */
import type { SchemaValues } from "./schema";

interface Problem {
  /** Name of the key. */
  name: keyof SchemaValues;
  value: string | undefined;
  remedy: string;
}

/** What is wrong with the keys together. Values that are wrong by themselves are absent and pass. */
export function edgeProblems(values: Partial<SchemaValues>): Problem[] {
  const { domain, hostedZoneId, servedCountries = [], blockedCountries = [] } = values;
  const problems: Problem[] = [];
  if (hostedZoneId && domain === "")
    problems.push({ name: "hostedZoneId", value: hostedZoneId, remedy: "a domain too; or nothing" });
  const both = blockedCountries.filter((code) => servedCountries.includes(code));
  if (both.length > 0)
    problems.push({
      name: "blockedCountries",
      value: blockedCountries.join(","),
      remedy: `other countries than servedCountries; ${both.join(", ")} in one of them only`,
    });
  return problems;
}

/** Settings of the distribution and its web ACL; what a stack leaves empty is absent. */
export const edgeSettings = (values: SchemaValues) => ({
  priceClass: values.priceClass,
  domain: values.domain === "" ? undefined : { name: values.domain, certificateArn: values.certificateArn },
  hostedZoneId: values.hostedZoneId || undefined,
  servedCountries: values.servedCountries,
  protection: {
    blockedCountries: values.blockedCountries,
    requestLimit: values.requestLimit,
    mediaRequestLimit: values.mediaRequestLimit,
    botControl: values.botControl,
    antiDdos: values.antiDdos,
    blockDownloadTools: values.blockDownloadTools,
  },
  detailedMetrics: values.detailedMetrics,
});
