/** The schema of the components as a Pulumi package: what Pulumi's own analyzer reads off them, and what it leaves out. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import ts from "typescript";

const COMPONENTS = resolve(__dirname, "../components");
/** Also the first part of every component's type. */
const PACKAGE = "vod";

export interface PropertySchema {
  type?: "array" | "boolean" | "number" | "object" | "string";
  /** `#/types/vod:index:Platform` */
  $ref?: string;
  items?: PropertySchema;
  additionalProperties?: PropertySchema;
  description?: string;
  /** The value itself is needed: no output of a resource. */
  plain?: boolean;
}

export interface TypeSchema {
  type: "number" | "object" | "string";
  description?: string;
  properties?: Record<string, PropertySchema>;
  required?: string[];
  enum?: { name: string; value: number | string; description?: string }[];
}

export interface ComponentSchema {
  description?: string;
  inputProperties: Record<string, PropertySchema>;
  requiredInputs: string[];
  properties: Record<string, PropertySchema>;
}

/** The part of Pulumi's package schema that components use. */
export interface PackageSchema {
  name: string;
  version: string;
  description?: string;
  resources: Record<string, ComponentSchema>;
  types: Record<string, TypeSchema>;
}

interface Declaration {
  file: string;
  text: string | undefined;
  /** Text of `@default`, for each property. */
  defaults: Record<string, string>;
}

const commentOf = (comment: ReturnType<typeof ts.getTextOfJSDocComment>): string | undefined => comment?.trim();

function defaultOf(node: ts.Node): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
  return tag && commentOf(ts.getTextOfJSDocComment(tag.comment));
}

function declarationOf(file: string, node: ts.InterfaceDeclaration | ts.EnumDeclaration): Declaration {
  const doc = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const members = ts.isInterfaceDeclaration(node) ? node.members.filter(ts.isPropertySignature) : [];
  const defaults = members.flatMap((member) => {
    const text = defaultOf(member);
    return text === undefined ? [] : [[(member.name as ts.Identifier).text, text] as const];
  });
  return {
    file,
    text: commentOf(ts.getTextOfJSDocComment(doc?.comment)),
    defaults: Object.fromEntries(defaults),
  };
}

/** Exported interfaces and enums of the components, by name. */
function declarations(): Map<string, Declaration[]> {
  const files = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const all = files.sort().flatMap((file) => {
    const path = join(COMPONENTS, file);
    return ts
      .createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true)
      .statements.filter((node) => ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node))
      .map((node) => [node.name.text, declarationOf(file, node)] as const);
  });
  const byName = Map.groupBy(all, ([name]) => name);
  return new Map([...byName].map(([name, entries]) => [name, entries.map(([, declaration]) => declaration)]));
}

/** `NatStrategy.PerZone` → `"perZone"`: the other languages have other names for the same value. */
function portable(text: string, types: Record<string, TypeSchema>): string {
  const [, type = "", member = ""] = /^(\w+)\.(\w+)$/.exec(text) ?? [];
  const found = types[`${PACKAGE}:index:${type}`]?.enum?.find(({ name }) => name === member);
  return found ? JSON.stringify(found.value) : text.replace(/^- /, "");
}

/** What a description ends with, when there is a default. */
export const DEFAULT_MARK = "Default: ";

const withDefault = (description: string | undefined, text: string): string =>
  [description, `${DEFAULT_MARK}${text}`].filter((part) => part !== undefined).join("\n\n");

/** The class's description and name are all that is shown in an editor: the analyzer drops those of types, and all defaults. */
function addDocs(schema: PackageSchema): void {
  const known = declarations();
  const only = (name: string): Declaration => {
    const [first, second] = known.get(name) ?? [];
    if (first === undefined) throw new Error(`components/ declares no interface or enum ${name} → name the type`);
    // The package has one name space: the analyzer would silently take whichever it meets first.
    if (second) throw new Error(`${first.file} and ${second.file} both declare ${name} → rename one of them`);
    return first;
  };
  const addDefaults = (properties: Record<string, PropertySchema>, { defaults }: Declaration): void => {
    for (const [name, property] of Object.entries(properties)) {
      const text = defaults[name];
      if (text !== undefined) property.description = withDefault(property.description, portable(text, schema.types));
    }
  };
  for (const [token, type] of Object.entries(schema.types)) {
    const declaration = only(token.split(":")[2] ?? "");
    if (declaration.text !== undefined) type.description = declaration.text;
    addDefaults(type.properties ?? {}, declaration);
  }
  for (const [token, component] of Object.entries(schema.resources)) {
    addDefaults(component.inputProperties, only(`${token.split(":")[2]}Args`));
  }
}

/** `export { VodKeys, … } from` of the entry. */
function componentNames(): Set<string> {
  const entry = readFileSync(join(COMPONENTS, "index.ts"), "utf8");
  return new Set([...entry.matchAll(/\b(Vod\w+)\b/g)].flatMap(([, name = ""]) => (name.endsWith("Args") ? [] : name)));
}

/** @throws Error for an argument or output that no other language could express; it names the component and the property. */
export function componentSchema(): PackageSchema {
  const manifest = JSON.parse(readFileSync(join(COMPONENTS, "package.json"), "utf8")) as {
    version: string;
    description: string;
  };
  const { components, typeDefinitions, dependencies } = new Analyzer(
    COMPONENTS,
    PACKAGE,
    manifest,
    componentNames(),
  ).analyze();
  const { version, description } = manifest;
  const generated = generateSchema(PACKAGE, version, description, components, typeDefinitions, dependencies);
  // `optional` is the analyzer's own mark; the schema's is the list `required`. A copy also unties shared definitions.
  const schema = JSON.parse(
    JSON.stringify(generated, (key, value: unknown) => (key === "optional" ? undefined : value)),
  ) as PackageSchema;
  addDocs(schema);
  return schema;
}

export const schemaText = (schema: PackageSchema): string => `${JSON.stringify(schema, null, 2)}\n`;
