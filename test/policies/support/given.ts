/** Resources of a test stack, with references instead of values, and changes to them. */

/** Another resource's output: `arn`, `id`, `name`, `url`, `host`. */
export class Ref {
  constructor(
    readonly to: string,
    readonly attribute: string,
  ) {}
}
/** Text made of references and plain text, as `pulumi.interpolate` makes it. */
export class Joined {
  constructor(readonly parts: readonly (string | Ref)[]) {}
}
/** A JSON document: an object here, text in the engine, unknown as a whole when any part of it is. */
export class Doc {
  constructor(readonly value: unknown) {}
}

export const arn = (to: string): Ref => new Ref(to, "arn");
export const id = (to: string): Ref => new Ref(to, "id");
export const nameOf = (to: string): Ref => new Ref(to, "name");
export const url = (to: string): Ref => new Ref(to, "url");
export const host = (to: string): Ref => new Ref(to, "host");
export const joined = (...parts: (string | Ref)[]): Joined => new Joined(parts);
export const doc = (value: unknown): Doc => new Doc(value);

export interface Given {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type Change = (resources: readonly Given[]) => Given[];

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;

/** A copy of `value` with the entry at `path` set, or left out when `next` is undefined. Documents are passed through. */
function replaced(value: unknown, path: readonly string[], next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (value instanceof Doc) return new Doc(replaced(value.value, path, next));
  if (Array.isArray(value)) {
    const items: unknown[] = [...(value as unknown[])];
    items[Number(key)] = replaced(items[Number(key)], rest, next);
    return next === undefined && rest.length === 0 ? items.filter((_, index) => index !== Number(key)) : items;
  }
  const source = isPlain(value) ? value : {};
  const copy = { ...source, [key]: replaced(source[key], rest, next) };
  if (next === undefined && rest.length === 0) delete copy[key];
  return copy;
}

function changed(name: string, change: (resource: Given) => Given | undefined): Change {
  return (resources) => {
    if (!resources.some((resource) => resource.name === name)) throw new Error(`the test stack has no ${name}`);
    return resources.flatMap((resource) => (resource.name === name ? (change(resource) ?? []) : resource));
  };
}

/** Sets an input, by a path with dots. */
export const set = (name: string, path: string, value: unknown): Change =>
  changed(name, (resource) => ({
    ...resource,
    inputs: replaced(resource.inputs, path.split("."), value) as Given["inputs"],
  }));
export const unset = (name: string, path: string): Change => set(name, path, undefined);
export const drop = (name: string): Change => changed(name, () => undefined);
export const add =
  (type: string, name: string, inputs: Given["inputs"] = {}): Change =>
  (resources) => [...resources, { type, name, inputs }];

/** One row of the table: the good stack, changed; what the rule must then say, or that it must say nothing. */
export interface Case {
  readonly rule: string;
  readonly title: string;
  readonly changes: readonly Change[];
  /** Stack's name; dev when absent. */
  readonly stack?: string;
  /** Absent: the rule must be content. */
  readonly fails?: { readonly on: string; readonly says: string };
}

/** A case in which `rule` finds `says` wrong with the resource `on`. */
export const fails = (rule: string, on: string, says: string, ...changes: Change[]): Case => ({
  rule,
  title: `${on}: ${says}`,
  changes,
  fails: { on, says },
});
/** A case in which `rule` is content. */
export const passes = (rule: string, title: string, ...changes: Change[]): Case => ({ rule, title, changes });
export const inStack = (stack: string, row: Case): Case => ({ ...row, title: `${row.title} (${stack})`, stack });
