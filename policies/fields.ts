/**
 * Reading of a resource's properties. Every rule reads through `Fields`, so that a value which a preview does not know
 * yet can never be taken for an absent or a harmless one: reading it throws, and the runner reports that.
 */

/** Stands for a value that is known only once the resource exists. */
export const UNKNOWN: unique symbol = Symbol("unknown until created");

/** A rule read a value that is not known yet. `path` names it, e.g. `rules[0].destination.bucket`. */
export class UnknownValue extends Error {
  constructor(readonly path: string) {
    super(`${path} is not known before the resource exists`);
    this.name = "UnknownValue";
  }
}

type Tree = { readonly [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;

/** Deep search for a value that is not known yet: a list or map that holds one cannot be judged whole. */
function firstUnknown(value: unknown, path: string): string | undefined {
  if (value === UNKNOWN) return path;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [`${path}[${index}]`, item])
    : isTree(value)
      ? Object.entries(value).map(([key, item]) => [`${path}.${key}`, item])
      : [];
  for (const [inner, item] of entries) {
    const found = firstUnknown(item, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One object of a resource's properties. Absent objects read as empty ones. */
export class Fields {
  constructor(
    private readonly tree: Tree,
    readonly path = "",
  ) {}

  static of(value: unknown, path = ""): Fields {
    return new Fields(isTree(value) ? value : {}, path);
  }

  private pathOf(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  /** @throws UnknownValue */
  private read(key: string): unknown {
    const value = this.tree[key];
    if (value === UNKNOWN) throw new UnknownValue(this.pathOf(key));
    return value ?? undefined;
  }

  /** Whether the property is set. A value that is not known yet is set: it will be something. */
  has(key: string): boolean {
    const value = this.tree[key];
    if (value === undefined || value === null || value === "") return false;
    return !(Array.isArray(value) && value.length === 0);
  }

  /** Whether reading the property would not throw. */
  isKnown(key: string): boolean {
    return this.tree[key] !== UNKNOWN;
  }

  keys(): string[] {
    return Object.keys(this.tree).filter((key) => this.tree[key] !== undefined && this.tree[key] !== null);
  }

  /** Numbers and booleans that arrive as text (and the other way round) are taken as text. @throws UnknownValue */
  text(key: string): string | undefined {
    const value = this.read(key);
    return value === undefined || typeof value === "object" ? undefined : String(value);
  }

  /** `undefined` also for text that is no number. @throws UnknownValue */
  number(key: string): number | undefined {
    const text = this.text(key);
    const value = text === undefined || text === "" ? Number.NaN : Number(text);
    return Number.isNaN(value) ? undefined : value;
  }

  /** True only for `true` and `"true"`. @throws UnknownValue */
  flag(key: string): boolean {
    return this.text(key) === "true";
  }

  /** A nested object, an empty one when absent; the first of a list, for blocks that the engine holds as lists. @throws UnknownValue */
  one(key: string): Fields {
    const value = this.read(key);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (first === UNKNOWN) throw new UnknownValue(this.pathOf(key));
    return Fields.of(first, this.pathOf(key));
  }

  /** A list of objects; a single object is a list of one. @throws UnknownValue */
  many(key: string): Fields[] {
    const value = this.read(key);
    const items: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return items.map((item, index) => {
      const path = `${this.pathOf(key)}[${index}]`;
      if (item === UNKNOWN) throw new UnknownValue(path);
      return Fields.of(item, path);
    });
  }

  /** A list of texts; a single text is a list of one. @throws UnknownValue when any of them is unknown. */
  texts(key: string): string[] {
    const value = this.read(key);
    const unknown = firstUnknown(value, this.pathOf(key));
    if (unknown !== undefined) throw new UnknownValue(unknown);
    const items: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return items.filter((item) => typeof item !== "object").map(String);
  }

  /**
   * A document: an object, or its JSON text. A list is given as `{ items: [...] }`. Text that is not JSON reads as an
   * empty document, which no rule accepts.
   * @throws UnknownValue
   */
  json(key: string): Fields {
    const value = this.read(key);
    const document = typeof value === "string" ? parse(value) : value;
    return Fields.of(Array.isArray(document) ? { items: document as unknown[] } : document, this.pathOf(key));
  }

  /** The whole object as plain data. @throws UnknownValue when any part is unknown. */
  plain(): Tree {
    const unknown = firstUnknown(this.tree, this.path);
    if (unknown !== undefined) throw new UnknownValue(unknown.replace(/^\./, ""));
    return this.tree;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
