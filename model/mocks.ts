/**
 * Records a Pulumi program that runs in this process. The mock monitor answers each registration from the model, or from
 * `create`, which may really create the resource somewhere. One recorder for tests, plan, policies and the local platform.
 */
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { simulate } from "./behaviours";
import type { ModelContext, ModelResource, Simulated } from "./context";
import { answer } from "./invokes";
import { inputFaults } from "./properties";
import type { ProgramRecord, ResourceOptions, ResourceRecord } from "./record";

/** Creates a resource, or leaves it to the model by returning undefined. `outputs` are added to the simulated ones. */
export type Create = (
  resource: ModelResource,
  simulated: Simulated,
  context: ModelContext,
) => Promise<Simulated | undefined>;
/** Answers a provider function, or leaves it to the model by returning undefined. */
export type Invoke = (token: string, inputs: Record<string, unknown>) => Promise<Record<string, unknown> | undefined>;

export interface RecorderOptions {
  project: string;
  stack: string;
  region: string;
  /** @default "000000000000" */
  accountId?: string;
  create?: Create;
  invoke?: Invoke;
}

/** The parts of a registration that the mocks themselves do not show. Names are those of the protocol's generated code. */
interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }, name: string) => void): void };
}
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Registration, callback: unknown): Promise<void>;
  registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): { toJavaScript(): Record<string, unknown> } },
    callback: unknown,
  ): void;
}

/** Not in the SDK's types, but the only way to know that nothing is under way. */
const { waitForRPCs } = settings as unknown as { waitForRPCs(): Promise<void> };
const valueOf = (output: unknown): Promise<unknown> =>
  (pulumi.output(output) as unknown as { promise(): Promise<unknown> }).promise();

/** How Pulumi marks a secret on the wire (SDK, `runtime/rpc`, specialSigKey and specialSecretSig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const isSecret = (value: unknown): value is { value: unknown } =>
  typeof value === "object" && value !== null && (value as Record<string, unknown>)[SIGNATURE] === SECRET;

function unwrap(value: unknown): unknown {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unwrap(item)]));
}

const holdsSecret = (value: unknown): boolean =>
  isSecret(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));

function optionsOf(request: Registration): ResourceOptions {
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

const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

export class Recorder {
  readonly #resources = new Map<string, ResourceRecord>();
  readonly #faults: string[] = [];
  #current: { urn: string; request: Registration } | undefined;

  private constructor(private readonly options: RecorderOptions) {}

  /** Installs the mocks. Whatever is registered from now on is recorded, until another recorder is started. */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options);
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => recorder.#register(args),
        call: ({ token, inputs }) => recorder.#call(token, inputs),
      },
      options.project,
      options.stack,
    );
    recorder.#listen(settings.getMonitor() as unknown as Monitor);
    return recorder;
  }

  /** The mocks see neither parent nor options nor dependencies: they are read from the request, whose URN they share. */
  #listen(monitor: Monitor): void {
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      this.#current = { urn: monitor.newUrn(request.getParent(), request.getType(), request.getName()), request };
      return register(request, callback);
    };
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResourceOutputs = (request, callback) => {
      const record = this.#resources.get(request.getUrn());
      if (record !== undefined) record.outputs = unwrap(request.getOutputs().toJavaScript()) as Record<string, unknown>;
      registerOutputs(request, callback);
    };
  }

  #context(inputs: Record<string, unknown>): ModelContext {
    const { stack, accountId = "000000000000" } = this.options;
    const region = typeof inputs.region === "string" ? inputs.region : this.options.region;
    return { stack, accountId, region, partition: partitionOf(region) };
  }

  async #register(
    args: pulumi.runtime.MockResourceArgs,
  ): Promise<{ id: string | undefined; state: Record<string, unknown> }> {
    if (this.#current === undefined) throw new Error(`${args.type} ${args.name} was registered past the recorder`);
    const { urn, request } = this.#current;
    const inputs = unwrap(args.inputs) as Record<string, unknown>;
    const record: ResourceRecord = {
      urn,
      type: args.type,
      name: args.name,
      parent: request.getParent() || null,
      custom: args.custom === true,
      id: null,
      inputs,
      outputs: {},
      options: optionsOf(request),
      secrets: Object.keys(args.inputs as object).filter((name) => holdsSecret(args.inputs[name])),
    };
    if (this.#resources.has(urn)) this.#fail(`${urn} is registered twice → give one of them another name`);
    this.#resources.set(urn, record);
    if (!record.custom) return { id: undefined, state: {} };

    const resource: ModelResource = { urn, type: args.type, name: args.name, inputs };
    for (const fault of inputFaults(resource)) this.#fail(fault);
    const context = this.#context(inputs);
    try {
      const simulated = simulate(resource, context);
      const created = await this.options.create?.(resource, simulated, context);
      record.id = created?.id ?? simulated.id;
      record.outputs = { ...simulated.outputs, ...created?.outputs };
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      throw error;
    }
    return { id: record.id, state: record.outputs };
  }

  async #call(token: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
    try {
      return (await this.options.invoke?.(token, inputs)) ?? answer(token, inputs, this.#context({}));
    } catch (error) {
      // The SDK shows the caller no more than that a call failed.
      this.#fail(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #fail(fault: string): void {
    this.#faults.push(fault);
  }

  /**
   * Waits until nothing is registered any more.
   * @throws Error that lists every fault, one a line.
   */
  async finish(outputs: Record<string, unknown> = {}): Promise<ProgramRecord> {
    await this.settle();
    const known: Record<string, unknown> = {};
    for (const [name, output] of Object.entries(outputs)) known[name] = await valueOf(output);
    return { stack: this.options.stack, resources: [...this.#resources.values()], outputs: known };
  }

  /** Registrations start others when their outputs arrive: quiet twice is quiet. */
  private async settle(): Promise<void> {
    let seen = -1;
    while (seen !== this.#resources.size) {
      seen = this.#resources.size;
      await waitForRPCs();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#faults.length > 0) throw new Error(this.#faults.join("\n"));
    }
  }
}
