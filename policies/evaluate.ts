/** The pack over a recorded program, without Pulumi: what `npm run plan` and `npm run policy` show. */
import { Fields, UNKNOWN } from "./fields";
import { Graph } from "./graph";
import { judge, waiting } from "./judge";
import { recordLinks, type RecordedResource } from "./links";
import { PACK } from "./pack";
import { appliesTo, type Level } from "./rule";

export type { RecordedResource } from "./links";

export interface Violation {
  policy: string;
  /** What cannot be known in a preview is always advisory, whatever the policy's own level. */
  level: Level;
  urn: string;
  /** What is wrong · the value → what to do. */
  message: string;
}

/** How Pulumi marks a secret on the wire: the value stands beside the mark (Pulumi SDK, `rpc.ts`, `specialSigKey`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Plain data with our own mark for what a preview does not know; secrets are opened. */
function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const record = value as Record<string, unknown>;
  if (record.__pulumiUnknown === true) return UNKNOWN;
  if (SIGNATURE in record && "value" in record) return plainOf(record.value);
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, plainOf(item)]));
}

/** Every violation of a recorded program, in the order of the pack. */
export function evaluate(program: { readonly resources: readonly RecordedResource[] }): Violation[] {
  const custom = program.resources.filter((resource) => resource.custom !== false);
  const nodes = custom.map(({ urn, type, name, id, inputs, outputs, options }) => ({
    urn,
    type,
    name,
    inputs: Fields.of(plainOf(inputs), name),
    state: Fields.of(plainOf({ ...inputs, ...outputs, ...(id && { id }) }), name),
    protect: options?.protect,
  }));
  const graph = new Graph(nodes, recordLinks(custom));
  return PACK.flatMap(({ rule, level }) =>
    nodes
      .filter((node) => appliesTo(rule, node))
      .flatMap((node) => {
        const { violations, unknowns } = judge(rule, node, graph);
        const found = (message: string): Violation => ({ policy: rule.name, level, urn: node.urn, message });
        const open: Violation[] =
          unknowns.length === 0
            ? []
            : [{ policy: rule.name, level: "advisory", urn: node.urn, message: waiting([rule.name], unknowns) }];
        return [...violations.map(found), ...open];
      }),
  );
}
