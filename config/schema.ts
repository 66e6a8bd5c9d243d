/** What a stack may set: every key with its type, default and the values it takes. `Pulumi.yaml` declares the same keys. */
import { isEcrImage } from "../lib/arn";
import { isCidr, overlap } from "../lib/cidr";

/** CloudWatch Logs API reference, PutRetentionPolicy. Logs without an end are not offered. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** CloudFront: 100 is North America and Europe, 200 adds Asia and Africa, All adds South America and Oceania. */
const PRICE_CLASSES = ["PriceClass_100", "PriceClass_200", "PriceClass_All"];
/** The architecture document's network. */
export const VPC_CIDR = "10.0.0.0/16";
/** AWS services that tasks and functions call (VPC User Guide, "Services that integrate with PrivateLink"). */
const INTERFACE_ENDPOINTS = [
  "ecr.api",
  "ecr.dkr",
  "events",
  "kms",
  "logs",
  "monitoring",
  "secretsmanager",
  "sqs",
  "ssmmessages",
  "sts",
  "xray",
];
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const EDGE_CERTIFICATE = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/;

export interface ConfigKey<Value> {
  /** Type in `Pulumi.yaml`. A price may have cents and Pulumi knows no decimals there, so it is a string. */
  type: "string" | "integer" | "boolean";
  description: string;
  /** Text of the value when the stack sets none. Undefined: the stack must set it. */
  default?: string;
  /** Completes "… is not": what the key takes. */
  allowed: string;
  /** The value, or undefined when the text is none. */
  parse(text: string): Value | undefined;
}

const matching =
  (test: (text: string) => boolean) =>
  (text: string): string | undefined =>
    test(text) ? text : undefined;

/** Empty stands for "not set": Pulumi asks for every declared key that has no default. */
const optional =
  (test: (text: string) => boolean) =>
  (text: string): string | undefined =>
    text === "" || test(text) ? text : undefined;

/** Different words with commas between them; undefined when one is wrong or there are too few or too many. */
function listOf(
  text: string,
  test: (word: string) => boolean,
  { least, most }: { least: number; most: number },
): string[] | undefined {
  const words = text === "" ? [] : text.split(",").map((word) => word.trim());
  const fits = words.length >= least && words.length <= most && new Set(words).size === words.length;
  return fits && words.every(test) ? words : undefined;
}

const image: ConfigKey<string> = {
  type: "string",
  description: "",
  allowed:
    "an image in ECR named by its digest: <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 hex digits>",
  parse: matching(isEcrImage),
};

export const SCHEMA = {
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
    parse: optional((text) => HOST_NAME.test(text)),
  },
  certificateArn: {
    type: "string",
    description: "Certificate of the domain, in us-east-1",
    default: "",
    allowed: "the ARN of an ACM certificate in us-east-1",
    parse: optional((text) => EDGE_CERTIFICATE.test(text)),
  },
  zones: {
    type: "string",
    description: "Availability zones, by their letters; append only, since the position decides the addresses",
    default: "a,b,c",
    allowed: "2 to 4 different letters with commas, such as a,b,c",
    parse: (text) => listOf(text, (letter) => /^[a-z]$/.test(letter), { least: 2, most: 4 }),
  },
  nat: {
    type: "string",
    description: "NAT gateways: one for all zones, or one in each",
    default: "perZone",
    allowed: "single or perZone",
    parse: matching((text) => text === "single" || text === "perZone"),
  },
  interfaceEndpoints: {
    type: "string",
    description: "AWS services that are reached inside the VPC, beside MediaConvert",
    default: "",
    allowed: `names with commas among ${INTERFACE_ENDPOINTS.join(", ")}; or nothing`,
    parse: (text) => listOf(text, (name) => INTERFACE_ENDPOINTS.includes(name), { least: 0, most: Infinity }),
  },
  peerCidrs: {
    type: "string",
    description: "Address ranges of peered VPCs: they reach the load balancer and nothing behind it",
    default: "",
    allowed: `at most 9 networks with commas that share no address with ${VPC_CIDR}, such as 10.9.0.0/16; or nothing`,
    parse: (text) => listOf(text, (cidr) => isCidr(cidr) && !overlap(cidr, VPC_CIDR), { least: 0, most: 9 }),
  },
  apiImage: { ...image, description: "Image of the api" },
  workerImage: { ...image, description: "Image of the worker" },
} as const satisfies Record<string, ConfigKey<unknown>>;

export type SchemaKey = keyof typeof SCHEMA;

/** The values of a stack, checked. */
export type SchemaValues = { [Key in SchemaKey]: NonNullable<ReturnType<(typeof SCHEMA)[Key]["parse"]>> };

export const isRegion = (text: string): boolean => REGION.test(text);
