/** The plug-in as the engine starts it: Pulumi's own runner over the folder, in somebody else's directory. */
import { spawn, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  ConstructRequest,
  GetSchemaRequest,
  type ConstructResponse,
  type GetSchemaResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { InputPropertiesError } from "@pulumi/pulumi/proto/errors_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { unwrap } from "../../../model/wire";
import { structOf, type Engine, type Place } from "./engine";

const ROOT = resolve(__dirname, "../../..");
const RUNNER = join(ROOT, "node_modules/@pulumi/pulumi/cmd/run-plugin/index.js");

export interface Construction {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

export interface Constructed {
  urn: string;
  state: Record<string, unknown>;
}

/** What the engine shows of a refused construction: `property: what is wrong`, one for each. */
export function refusedInputs(error: unknown): string[] {
  const [details] = (error as ServiceError).metadata.get("grpc-status-details-bin");
  const [any] = Status.deserializeBinary(details as Buffer).getDetailsList();
  const faults = InputPropertiesError.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array()).getErrorsList();
  return faults.map((fault) => `${fault.getPropertyPath()}: ${fault.getReason()}`);
}

export class Plugin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly engine: Engine,
  ) {}

  /** @throws Error with what the runner wrote, when it ends before it listens. */
  static async start(engine: Engine): Promise<Plugin> {
    const child = spawn(process.execPath, [RUNNER, join(ROOT, "plugin"), engine.address], {
      cwd: tmpdir(),
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const port = await new Promise<string>((done, reject) => {
      createInterface({ input: child.stdout }).once("line", done);
      child.once("exit", (code) => reject(new Error(`the plug-in ended with ${code}: ${errors}`)));
    });
    return new Plugin(child, new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()), engine);
  }

  async schema(): Promise<string> {
    const request = new GetSchemaRequest();
    const reply = await this.#call<GetSchemaResponse>((done) => this.client.getSchema(request, done));
    return reply.getSchema();
  }

  /** @throws ServiceError with the plug-in's own words. */
  async construct(place: Place, { type, name, inputs }: Construction): Promise<Constructed> {
    this.engine.begin(place);
    const request = new ConstructRequest().setType(type).setName(name).setInputs(structOf(inputs));
    request.setProject(place.project).setStack(place.stack).setParallel(16);
    request.setMonitorendpoint(this.engine.address);
    const reply = await this.#call<ConstructResponse>((done) => this.client.construct(request, done));
    return {
      urn: reply.getUrn(),
      state: unwrap(reply.getState()?.toJavaScript() ?? {}) as Record<string, unknown>,
    };
  }

  async close(): Promise<void> {
    this.client.close();
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill();
    await ended;
  }

  #call<Reply>(start: (done: (error: ServiceError | null, reply: Reply) => void) => unknown): Promise<Reply> {
    return new Promise((resolve, reject) => start((error, reply) => (error ? reject(error) : resolve(reply))));
  }
}
