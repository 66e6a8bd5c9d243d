/** The members that the pinned SDK knows, from the schemas that it carries (`CreateJobRequest$` and so on). */

/** A list is [1, …, member], a map [2, …, key, value], a structure [3, namespace, name, traits, members, types]. */
type Schema = readonly unknown[] | (() => Schema) | number | string;
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;

/** A member is its schema, or [schema, traits]. */
const bare = (type: Schema): Schema => (Array.isArray(type) && typeof type[0] !== "number" ? type[0] : type) as Schema;

/** Members (the SDK's names) by structure, of everything that a schema reaches. */
export function membersOf(schema: unknown, found = new Map<string, string[]>()): Map<string, string[]> {
  const resolved = (typeof schema === "function" ? (schema as () => Schema)() : schema) as Schema;
  if (!Array.isArray(resolved)) return found;
  const [kind, , name, , members, types] = resolved as [number, string, string, unknown, string[], Schema[]];
  if (kind === STRUCTURE && !found.has(name)) {
    found.set(name, [...members].sort());
    for (const type of types) membersOf(bare(type), found);
  }
  if (kind === LIST) membersOf(bare(resolved[4] as Schema), found);
  if (kind === MAP) membersOf(bare(resolved[5] as Schema), found);
  return found;
}
