/**
 * Records a Pulumi program that runs in this process. The mock monitor answers each registration from the model, or from
 * `create`, which may really create the resource somewhere. One recorder for tests, plan, policies and the local platform.
 */
import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../lib/arn";
import { simulate } from "./behaviours";
import type { ModelContext, ModelResource, Simulated } from "./context";
import { answer } from "./invokes";
import { inputFaults } from "./properties";
import type { ProgramRecord, ResourceRecord } from "./record";
import { expand, isRemote } from "./remote";
import {
  monitor,
  optionsOf,
  plain,
  secretsIn,
  unwrap,
  urnOf,
  valueOf,
  waitForRPCs,
  type Monitor,
  type Registration,
} from "./wire";

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

type Rejection = (reason: unknown) => void;

export class Recorder {
  /** One listener at a time: a recorder that is never finished must not hide the faults of what comes after it. */
  static #listener: Rejection | undefined;

  readonly #resources = new Map<string, ResourceRecord>();
  readonly #faults: Error[] = [];
  #current: { urn: string; request: Registration } | undefined;

  private constructor(private readonly options: RecorderOptions) {}

  /**
   * Installs the mocks. Whatever is registered from now on is recorded, until another recorder is started. Until it is
   * finished or abandoned, rejections that nobody handles count as faults of the program.
   */
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
    recorder.#watch(monitor());
    recorder.abandon();
    Recorder.#listener = (reason) => recorder.#fail(reason);
    process.on("unhandledRejection", Recorder.#listener);
    return recorder;
  }

  /** Ends without a record. */
  abandon(): void {
    if (Recorder.#listener !== undefined) process.off("unhandledRejection", Recorder.#listener);
    Recorder.#listener = undefined;
  }

  /** The mocks see neither parent nor options nor dependencies: they are read from the request, whose URN they share. */
  #watch(installed: Monitor): void {
    const { stack, project } = this.options;
    installed.newUrn = (parent, type, name) => urnOf(stack, project, parent, type, name);
    const register = installed.registerResource.bind(installed);
    installed.registerResource = (request, callback) => {
      this.#current = { urn: installed.newUrn(request.getParent(), request.getType(), request.getName()), request };
      return register(request, callback);
    };
    const registerOutputs = installed.registerResourceOutputs.bind(installed);
    installed.registerResourceOutputs = (request, callback) => {
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
      secrets: secretsIn(request.getObject()?.toJavaScript() ?? {}),
    };
    this.#add(record);
    if (isRemote(record.type)) return { id: undefined, state: await this.#expand(record) };
    if (!record.custom) return { id: undefined, state: {} };
    await this.#create(record);
    return { id: record.id ?? undefined, state: record.outputs };
  }

  #add(record: ResourceRecord): void {
    if (this.#resources.has(record.urn))
      this.#fail(`${record.urn} is registered twice → give one of them another name`);
    this.#resources.set(record.urn, record);
  }

  /** Gives the record its id and outputs. */
  async #create(record: ResourceRecord): Promise<void> {
    const { urn, type, name, inputs } = record;
    const resource: ModelResource = { urn, type, name, inputs };
    for (const fault of inputFaults(resource)) this.#fail(fault);
    const context = this.#context(inputs);
    try {
      const simulated = simulate(resource, context);
      const created = await this.options.create?.(resource, simulated, context);
      record.id = created?.id ?? simulated.id;
      record.outputs = { ...simulated.outputs, ...created?.outputs };
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Another process would make a remote component's children: they are recorded as if it had. */
  #expand(component: ResourceRecord): Promise<Record<string, unknown>> {
    const { stack, project } = this.options;
    return expand(component, async (type, inputs) => {
      const name = component.name.toLowerCase();
      const urn = urnOf(stack, project, component.urn, type, name);
      const { options: all, secrets } = component;
      const { protect, retainOnDelete } = all;
      const options = { ...(protect && { protect }), ...(retainOnDelete && { retainOnDelete }) };
      const child = {
        urn,
        type,
        name,
        parent: component.urn,
        custom: true,
        id: null,
        inputs,
        outputs: {},
        options,
        secrets,
      };
      this.#add(child);
      await this.#create(child);
      return child.outputs;
    });
  }

  async #call(token: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
    try {
      return (await this.options.invoke?.(token, inputs)) ?? answer(token, inputs, this.#context({}));
    } catch (error) {
      // The SDK shows the caller no more than that a call failed.
      this.#fail(error);
      throw error;
    }
  }

  #fail(fault: unknown): void {
    this.#faults.push(fault instanceof Error ? fault : new Error(String(fault)));
  }

  /**
   * Waits until nothing is registered any more.
   * @throws Error that lists every fault, one a line.
   */
  async finish(outputs: Record<string, unknown> = {}): Promise<ProgramRecord> {
    try {
      await this.#settle();
      const known: Record<string, unknown> = {};
      for (const [name, output] of Object.entries(outputs)) known[name] = await valueOf(output);
      return { stack: this.options.stack, resources: await this.#records(), outputs: known };
    } catch (error) {
      this.#fail(error);
      // The SDK wraps a fault once for each resource that waited for it: the innermost says it all.
      const messages = [...new Set(this.#faults.map(({ message }) => message))];
      const innermost = messages.filter((one) => !messages.some((other) => other !== one && one.includes(other)));
      throw new Error(innermost.join("\n"), { cause: this.#faults[0] });
    } finally {
      this.abandon();
    }
  }

  #records(): Promise<ResourceRecord[]> {
    const records = [...this.#resources.values()].map(async (record) => ({
      ...record,
      inputs: (await plain(record.inputs)) as Record<string, unknown>,
      outputs: (await plain(record.outputs)) as Record<string, unknown>,
    }));
    return Promise.all(records);
  }

  /** Registrations start others when their outputs arrive: quiet twice is quiet. */
  async #settle(): Promise<void> {
    let seen = -1;
    while (seen !== this.#resources.size) {
      seen = this.#resources.size;
      await waitForRPCs();
      // A rejection counts as unhandled only after the turn in which it happened.
      await new Promise((resolve) => setImmediate(resolve));
      const [first] = this.#faults;
      if (first !== undefined) throw first;
    }
  }
}
