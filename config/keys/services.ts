/** The containers. */
import { isEcrImage } from "../../lib/arn";
import { matching, type ConfigKey } from "./key";

const image: ConfigKey<string> = {
  type: "string",
  description: "",
  allowed:
    "an image in ECR named by its digest: <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 hex digits>",
  parse: matching(isEcrImage),
};

export const SERVICES_KEYS = {
  apiImage: { ...image, description: "Image of the api" },
  workerImage: { ...image, description: "Image of the worker" },
} as const satisfies Record<string, ConfigKey<unknown>>;
