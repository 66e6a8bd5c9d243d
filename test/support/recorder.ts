/** Runs components or the whole program under Pulumi's mock monitor and hands back what was registered, options included. */
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const ROOT = resolve(__dirname, "../..");
const INDEX = join(ROOT, "index.ts");
export const ACCOUNT = "000000000000";

export interface Recorded {
  urn: string;
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into inputs of every type
  inputs: any;
  protect: boolean;
  retainOnDelete: boolean;
  dependencies: string[];
}

export interface Recording {
  resources: Recorded[];
  /** By URN: what the components registered as outputs. */
  outputs: Map<string, Record<string, unknown>>;
  /** The one resource of that type (its last part is enough) and name. */
  one(type: string, name: string): Recorded;
  all(type: string): Recorded[];
}

type Invokes = Record<string, Record<string, unknown>>;

export const PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
const INVOKES: Invokes = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT },
  "aws:kms/getPublicKey:getPublicKey": { publicKeyPem: PUBLIC_KEY },
};

function outputsOf({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const region = inputs.region ?? "us-east-1";
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  const physical = inputs.name ?? `${name}-1a2b3c4`;
  const arn = service === "s3" ? `arn:aws:s3:::${physical}` : `arn:aws:${service}:${region}:${ACCOUNT}:${physical}`;
  return {
    ...inputs,
    name: physical,
    arn,
    bucket: inputs.bucket ?? physical,
    bucketRegionalDomainName: `${physical}.s3.${region}.amazonaws.com`,
    domainName: "d111111abcdef8.cloudfront.net",
    keyId: inputs.keyId ?? `id-of-${physical}`,
    url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${physical}`,
  };
}

interface RegisterRequest {
  getParent(): string;
  getType(): string;
  getName(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
}

type Callback = (error: Error | null, response?: { getUrn(): string }) => void;

interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
  registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): { toJavaScript(): Record<string, unknown> } },
    callback: (error: Error | null, response: object) => void,
  ): void;
}

/** The mock's arguments hold no options: they are read from the request itself, as the engine would get it. */
function watchMonitor(resources: Recorded[], outputs: Recording["outputs"]): void {
  const monitor = settings.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      const record = resources.find(
        ({ urn, type, name }) => urn === "" && type === request.getType() && name === request.getName(),
      );
      if (record && response) {
        record.urn = response.getUrn();
        record.parent = request.getParent();
        record.protect = request.getProtect();
        record.retainOnDelete = request.getRetainondelete();
        record.dependencies = request.getDependenciesList();
      }
      callback(error, response);
    });
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    outputs.set(request.getUrn(), request.getOutputs().toJavaScript());
    registerOutputs(request, callback);
  };
}

/**
 * Runs `build` in a stack's mock monitor until nothing is under way.
 * @throws AssertionError-like Error on a repeated URN and on "undefined" inside an input.
 */
export async function record(build: () => unknown, { stack = "dev", project = "vod" } = {}): Promise<Recording> {
  const resources: Recorded[] = [];
  const outputs: Recording["outputs"] = new Map();
  await pulumi.runtime.setMocks(
    {
      newResource(args) {
        const { type, name, inputs, custom = true } = args;
        resources.push({
          urn: "",
          type,
          name,
          parent: "",
          custom,
          inputs,
          protect: false,
          retainOnDelete: false,
          dependencies: [],
        });
        return { id: `id-of-${String(inputs.name ?? `${name}-1a2b3c4`)}`, state: outputsOf(args) };
      },
      call({ token }) {
        const answer = INVOKES[token];
        if (!answer) throw new Error(`no answer is prepared for ${token}`);
        return answer;
      },
    },
    project,
    stack,
    false,
  );
  watchMonitor(resources, outputs);
  await build();
  await settings.waitForRPCs();
  return finish(resources, outputs);
}

function finish(resources: Recorded[], outputs: Recording["outputs"]): Recording {
  const seen = new Set<string>();
  for (const { urn, inputs } of resources) {
    if (seen.has(urn)) throw new Error(`two resources share the URN ${urn}`);
    seen.add(urn);
    if (JSON.stringify(inputs).includes("undefined")) throw new Error(`"undefined" in an input of ${urn}`);
  }
  const all = (type: string): Recorded[] =>
    resources.filter((resource) => resource.type === type || resource.type.endsWith(`:${type}`));
  return {
    resources,
    outputs,
    all,
    one(type, name) {
      const found = all(type).filter((resource) => resource.name === name);
      const [only] = found;
      if (found.length !== 1 || !only) {
        const names = all(type).map((resource) => resource.name);
        throw new Error(`${found.length} of ${type} ${name}; there are ${names.join(", ") || "none"}`);
      }
      return only;
    },
  };
}

/** The text of a stack's own file, with changes by full key. */
export function stackSettings(stack: string, set: Record<string, string> = {}): Record<string, string> {
  const file = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  return { ...Object.fromEntries(Object.entries(file.config).map(([key, value]) => [key, String(value)])), ...set };
}

export interface ProgramRecording extends Recording {
  stackOutputs: Record<string, unknown>;
}

const valueOf = <T>(output: pulumi.Input<T>): Promise<T> =>
  new Promise((done) => pulumi.output(output).apply((value) => done(value as T)));

/** Runs index.ts for a stack. `as` gives it another stack's name. */
export async function recordProgram(
  stack: string,
  { set = {}, as = stack }: { set?: Record<string, string>; as?: string } = {},
): Promise<ProgramRecording> {
  let exported: Record<string, unknown> = {};
  const recording = await record(
    () => {
      pulumi.runtime.setAllConfig(stackSettings(stack, set));
      delete require.cache[require.resolve(INDEX)];
      exported = require(INDEX) as Record<string, unknown>;
    },
    { stack: as },
  );
  const entries = Object.entries(exported).map(async ([name, output]) => [name, await valueOf(output)] as const);
  return { ...recording, stackOutputs: Object.fromEntries(await Promise.all(entries)) };
}

/** A policy or definition that is given as JSON text. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into documents of every kind
export const json = (text: string): any => JSON.parse(text);
