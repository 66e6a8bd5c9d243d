/** Where and under which name viewers are served. */
import { matching, optional, type ConfigKey } from "./key";

/** CloudFront: 100 is North America and Europe, 200 adds Asia and Africa, All adds South America and Oceania. */
const PRICE_CLASSES = ["PriceClass_100", "PriceClass_200", "PriceClass_All"];
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const EDGE_CERTIFICATE = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/;

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
    parse: optional((text) => HOST_NAME.test(text)),
  },
  certificateArn: {
    type: "string",
    description: "Certificate of the domain, in us-east-1",
    default: "",
    allowed: "the ARN of an ACM certificate in us-east-1",
    parse: optional((text) => EDGE_CERTIFICATE.test(text)),
  },
} as const satisfies Record<string, ConfigKey<unknown>>;
