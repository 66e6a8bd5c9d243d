/**
 * Setup: what a search domain must hold before anybody uses it, and its snapshots. Every step states how things shall be,
 * so that a second run changes nothing.
 */
import {
  FIRST_TITLES_INDEX,
  replicasFor,
  SEARCH_ROLES,
  SNAPSHOT_REPOSITORY,
  TITLES_ALIAS,
  TITLES_PATTERN,
  titlesTemplate,
  type SearchSetupEvent,
} from "../../contracts/search";
import { ask, type SearchApi, type SetupConfig, type SetupPorts } from "./ports";
import { keepSnapshots } from "./snapshots";

async function dataNodes(api: SearchApi): Promise<number> {
  const { number_of_data_nodes: nodes } = (await ask(api, "GET", "/_cluster/health")) as {
    number_of_data_nodes?: number;
  };
  if (!nodes) throw new Error("the cluster tells no number of data nodes");
  return nodes;
}

interface IndexSettings {
  [index: string]: { settings: { index: { number_of_shards: string; number_of_replicas: string } } };
}

/** Without it the first document would make an index of the alias's name, with no template. */
async function makeFirstIndex({ api, log }: SetupPorts): Promise<void> {
  const { status } = await api.call("GET", `/_alias/${TITLES_ALIAS}`);
  if (status !== 404) return;
  log.info("first index made", { index: FIRST_TITLES_INDEX });
  await ask(api, "PUT", `/${FIRST_TITLES_INDEX}`, { aliases: { [TITLES_ALIAS]: { is_write_index: true } } });
}

/** Gives nodes that have come since a share of the indices that were there before. */
async function spread({ api, log }: SetupPorts, nodes: number): Promise<void> {
  const indices = (await ask(api, "GET", `/${TITLES_ALIAS}/_settings`)) as IndexSettings;
  for (const [name, { settings }] of Object.entries(indices)) {
    const replicas = replicasFor(nodes, Number(settings.index.number_of_shards));
    if (Number(settings.index.number_of_replicas) === replicas) continue;
    log.info("copies of an index changed", { index: name, from: settings.index.number_of_replicas, to: replicas });
    await ask(api, "PUT", `/${name}/_settings`, { index: { number_of_replicas: replicas } });
  }
}

/** Rights inside the domain, index by index; the domain's own access policy and IAM stand before them. */
const RIGHTS = {
  reader: { cluster: [], index: ["read"] },
  writer: {
    cluster: ["indices:data/write/bulk"],
    index: ["read", "write", "create_index", "indices:admin/aliases", "indices:admin/mapping/put"],
  },
};

/**
 * What the audit log holds: refused and failed requests of people and of nodes, and every change of the security settings
 * (Developer Guide, "Monitoring audit logs"). Granted ones would be every search of every viewer.
 */
const AUDIT = {
  enabled: true,
  audit: {
    enable_rest: true,
    disabled_rest_categories: ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
    enable_transport: true,
    disabled_transport_categories: ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
    log_request_body: false,
    resolve_bulk_requests: false,
    resolve_indices: true,
    exclude_sensitive_headers: true,
  },
  compliance: { enabled: true, internal_config: true, external_config: false },
};

async function secure(api: SearchApi, access: NonNullable<SearchSetupEvent["access"]>): Promise<void> {
  const security = "/_plugins/_security/api";
  for (const [kind, arns] of [
    ["reader", access.readers],
    ["writer", access.writers],
  ] as const) {
    const role = SEARCH_ROLES[kind];
    const index_permissions = [{ index_patterns: [TITLES_ALIAS, TITLES_PATTERN], allowed_actions: RIGHTS[kind].index }];
    await ask(api, "PUT", `${security}/roles/${role}`, {
      cluster_permissions: RIGHTS[kind].cluster,
      index_permissions,
    });
    await ask(api, "PUT", `${security}/rolesmapping/${role}`, { backend_roles: arns });
  }
  await ask(api, "PUT", `${security}/audit/config`, AUDIT);
}

/** @throws Error on the first step that the domain refuses; what was done before it stays, and the next run goes on. */
export async function setUp(ports: SetupPorts, config: SetupConfig, event: SearchSetupEvent): Promise<void> {
  const { api, log } = ports;
  const nodes = await dataNodes(api);
  await ask(api, "PUT", `/_snapshot/${SNAPSHOT_REPOSITORY}`, config.repository);
  await ask(api, "PUT", "/_index_template/vod-titles", titlesTemplate(nodes));
  await makeFirstIndex(ports);
  await spread(ports, nodes);
  if (event.access) await secure(api, event.access);
  log.info("search is set up", { nodes, access: event.access });
  if (event.snapshot) await keepSnapshots(ports, config.retentionDays);
}
