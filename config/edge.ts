/** What the keys of the edge mean together. */
import type { SchemaValues } from "./schema";

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
