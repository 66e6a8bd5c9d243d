/** Where and under which name viewers are served. */
import { isHostName, listOf, matching, optional, type ConfigKey } from "./key";

/** CloudFront: 100 is North America and Europe, 200 adds Asia and Africa, All adds South America and Oceania. */
const PRICE_CLASSES = ["PriceClass_100", "PriceClass_200", "PriceClass_All"];
const EDGE_CERTIFICATE = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/;

const HOSTED_ZONE = /^Z[A-Z0-9]{4,31}$/;
/** AWS WAF quotas: countries in one statement. */
const MOST_COUNTRIES = 50;

/** ISO 3166 alpha-2, as CloudFront and AWS WAF take them; whether a code is a country, AWS tells. */
const countries = (most: number) => (text: string) =>
  listOf(text, (code) => /^[A-Z]{2}$/.test(code), { least: 0, most });

/** AWS WAF: 10 to 2,000,000,000 requests in a window; a million here is no limit any more. */
const requests = (text: string): number | undefined => {
  const limit = /^\d+$/.test(text) ? Number(text) : NaN;
  return limit >= 10 && limit <= 1_000_000 ? limit : undefined;
};

const yesOrNo = {
  type: "boolean",
  default: "false",
  allowed: "true or false",
  parse: (text: string): boolean | undefined => (text === "true" ? true : text === "false" ? false : undefined),
} as const;

export const EDGE_KEYS = {
  priceClass: {
    type: "string",
    description: "Where CloudFront serves from",
    default: "PriceClass_100",
    allowed: `one of ${PRICE_CLASSES.join(", ")}`,
    parse: matching((text) => PRICE_CLASSES.includes(text)),
  },
  domain: {
    type: "string",
    description: "Host name of the viewer; without one, CloudFront's own",
    default: "",
    allowed: "a host name in lower case, such as vod.example.com",
    parse: optional((text) => isHostName(text)),
  },
  certificateArn: {
    type: "string",
    description: "Certificate of the domain, in us-east-1",
    default: "",
    allowed: "the ARN of an ACM certificate in us-east-1",
    parse: optional((text) => EDGE_CERTIFICATE.test(text)),
  },
  hostedZoneId: {
    type: "string",
    description: "Public hosted zone of the domain in Route 53; without one, its records are made by hand",
    default: "",
    allowed: "the id of a hosted zone, such as Z0123456789ABCDEFGHIJ",
    parse: optional((text) => HOSTED_ZONE.test(text)),
  },
  servedCountries: {
    type: "string",
    description: "The only countries that are served; nothing is every country",
    default: "",
    allowed: "ISO 3166 codes of two capitals with commas, such as ES,MX,CO; or nothing",
    parse: countries(Infinity),
  },
  blockedCountries: {
    type: "string",
    description: "Countries that the web ACL refuses",
    default: "",
    allowed: `at most ${MOST_COUNTRIES} ISO 3166 codes of two capitals with commas; or nothing`,
    parse: countries(MOST_COUNTRIES),
  },
  requestLimit: {
    type: "integer",
    description: "Requests that one address may send in five minutes, media apart",
    default: "2000",
    allowed: "a whole number from 10 to 1000000",
    parse: requests,
  },
  mediaRequestLimit: {
    type: "integer",
    description: "Requests for media that one address may send in five minutes; a player asks for about 100",
    default: "3000",
    allowed: "a whole number from 10 to 1000000",
    parse: requests,
  },
  botControl: { ...yesOrNo, description: "AWS WAF's Bot Control for pages and the api, from $10 a month" },
  antiDdos: { ...yesOrNo, description: "AWS WAF's rules against floods of requests, about $20 a month" },
  blockDownloadTools: { ...yesOrNo, description: "Refuses programs that save media; they are counted in any case" },
  detailedMetrics: { ...yesOrNo, description: "CloudFront's additional metrics, about $2.40 a month" },
} as const satisfies Record<string, ConfigKey<unknown>>;
