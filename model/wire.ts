/** What the recorder reads off Pulumi's own protocol: names and marks are those of the SDK, none of them in its types. */
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import type { ResourceOptions } from "./record";

/** The parts of a registration that the mocks themselves do not show. Names are those of the protocol's generated code. */
export interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }, name: string) => void): void };
}

export interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Registration, callback: unknown): Promise<void>;
  registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): { toJavaScript(): Record<string, unknown> } },
    callback: unknown,
  ): void;
}

/** The mock monitor that is installed now. */
export const monitor = (): Monitor => settings.getMonitor() as unknown as Monitor;
/** The only way to know that nothing is under way. */
export const { waitForRPCs } = settings as unknown as { waitForRPCs(): Promise<void> };
export const valueOf = (output: unknown): Promise<unknown> =>
  (pulumi.output(output) as unknown as { promise(): Promise<unknown> }).promise();

/**
 * As the engine forms it: the types of all ancestors but the stack, from the outermost in. (The mock monitor's own leaves
 * out what lies above the parent.)
 */
export function urnOf(stack: string, project: string, parent: string, type: string, name: string): string {
  const ancestors = parent.split("::")[2] ?? "";
  const prefix = ancestors === "" || ancestors === "pulumi:pulumi:Stack" ? "" : `${ancestors}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

/** How Pulumi marks a secret on the wire (SDK, `runtime/rpc`, specialSigKey and specialSecretSig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isPlain = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
const isSecret = (value: unknown): value is { value: unknown } => isObject(value) && value[SIGNATURE] === SECRET;

/** The value without marks of secrets, at any depth. */
export function unwrap(value: unknown): unknown {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unwrap(item)]));
}

function pathsIn(value: unknown, path: string): string[] {
  if (isSecret(value)) return [path];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => pathsIn(item, `${path}.${key}`));
}

/** Dotted paths of the secret inputs, as deep as the program marked them: read back, a list with one would be secret as a whole. */
export const secretsIn = (inputs: Record<string, unknown>): string[] =>
  Object.entries(inputs).flatMap(([name, value]) => pathsIn(value, name));

/** Plain data: an asset or archive becomes `{ asset: … }` or `{ archive: … }` with its path, address or text. */
export async function plain(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (!isObject(value)) return value;
  if (pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value)) {
    const { path, uri, text, assets } = value as unknown as Record<string, unknown>;
    const content = await plain(await (path ?? uri ?? text ?? assets));
    return pulumi.asset.Asset.isInstance(value) ? { asset: content } : { archive: content };
  }
  const entries = Object.entries(value).map(async ([name, item]) => [name, await plain(item)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The options that were set; those that were not are left out. */
export function optionsOf(request: Registration): ResourceOptions {
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((value, name) => {
    if (value.getUrnsList().length > 0) propertyDependencies[name] = value.getUrnsList();
  });
  const options: ResourceOptions = {
    protect: request.getProtect() || undefined,
    retainOnDelete: request.getRetainondelete() || undefined,
    deleteBeforeReplace: request.getDeletebeforereplace() || undefined,
    ignoreChanges: request.getIgnorechangesList(),
    dependsOn: request.getDependenciesList(),
    propertyDependencies,
  };
  const isSet = (value: unknown): boolean => value !== undefined && Object.keys(value as object).length !== 0;
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value === true || isSet(value)));
}
