/** What a stack may set: every key with its type, default and the values it takes. `Pulumi.yaml` declares the same keys. */
import { DATABASE_KEYS } from "./keys/database";
import { EDGE_KEYS } from "./keys/edge";
import { FRONT_KEYS } from "./keys/front";
import { NETWORK_KEYS } from "./keys/network";
import { PLATFORM_KEYS } from "./keys/platform";
import { SEARCH_KEYS } from "./keys/search";
import { SERVICES_KEYS } from "./keys/services";

export const SCHEMA = {
  ...PLATFORM_KEYS,
  ...EDGE_KEYS,
  ...NETWORK_KEYS,
  ...SEARCH_KEYS,
  ...DATABASE_KEYS,
  ...SERVICES_KEYS,
  ...FRONT_KEYS,
};

export type SchemaKey = keyof typeof SCHEMA;

/** The values of a stack, checked. */
export type SchemaValues = { [Key in SchemaKey]: NonNullable<ReturnType<(typeof SCHEMA)[Key]["parse"]>> };
