/** The search domain. */
import { MOST_SEARCH_STORAGE, SEARCH_CLASSES } from "../../lib/openSearch";
import { between, matching, type ConfigKey } from "./key";

/** One node in each of three zones. */
const NODES = [3, 6, 9, 12, 15, 18];
const LEAST_STORAGE = 30;

export const SEARCH_KEYS = {
  searchNodes: {
    type: "integer",
    description: "OpenSearch data nodes that the domain starts with; 0: no domain, the api searches the database",
    default: "3",
    allowed: `0 or one of ${NODES.join(", ")}`,
    parse: (text) => [0, ...NODES].find((nodes) => String(nodes) === text),
  },
  searchInstance: {
    type: "string",
    description: "Class of the OpenSearch nodes",
    default: "t3.small.search",
    allowed: `one of ${SEARCH_CLASSES.join(", ")}`,
    parse: matching((text) => SEARCH_CLASSES.includes(text)),
  },
  searchStorage: {
    type: "integer",
    description: "GB that the OpenSearch domain starts with, all nodes together",
    default: "100",
    allowed: `GB from ${LEAST_STORAGE} to ${MOST_SEARCH_STORAGE}`,
    parse: between(LEAST_STORAGE, MOST_SEARCH_STORAGE),
  },
  searchMaxStorage: {
    type: "integer",
    description: "GB up to which the OpenSearch domain grows, all nodes together",
    default: String(MOST_SEARCH_STORAGE),
    allowed: `GB from ${LEAST_STORAGE} to ${MOST_SEARCH_STORAGE}`,
    parse: between(LEAST_STORAGE, MOST_SEARCH_STORAGE),
  },
  searchMaxNodes: {
    type: "integer",
    description: "Data nodes up to which the OpenSearch domain grows",
    default: "9",
    allowed: `one of ${NODES.join(", ")}`,
    parse: (text) => NODES.find((nodes) => String(nodes) === text),
  },
  searchSnapshotDays: {
    type: "integer",
    description: "Days that nightly snapshots of the OpenSearch domain are kept",
    default: "30",
    allowed: "days from 1 to 365",
    parse: between(1, 365),
  },
  searchServiceRole: {
    type: "boolean",
    description: "Makes OpenSearch's service-linked role: true in the first stack of an account that has none",
    default: "false",
    allowed: "true or false",
    parse: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  },
} as const satisfies Record<string, ConfigKey<unknown>>;
