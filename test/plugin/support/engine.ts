/** The other side of the plug-in: an engine that answers each registration from the model, as the recorder does in process. */
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceResponse,
  SupportsFeatureResponse,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  ResourceInvokeResponse,
  type ResourceInvokeRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { simulate } from "../../../model/behaviours";
import type { ModelContext } from "../../../model/context";
import { answer } from "../../../model/invokes";
import type { ResourceRecord } from "../../../model/record";
import { expand, isRemote } from "../../../model/remote";
import { optionsOf, secretsIn, unwrap, urnOf } from "../../../model/wire";

const FEATURES = new Set(["secrets", "resourceReferences", "outputValues"]);
/** How the SDK marks assets and archives (`runtime/rpc`, specialAssetSig and specialArchiveSig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const KINDS: Record<string, string> = {
  c44067f5952c0a294b673a41bacd8c17: "asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
};

/** Without what is undefined, which no message can hold. */
export const structOf = (values: Record<string, unknown>): Struct =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>);

/** As the recorder keeps it: `{ archive: path }`. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  const { [SIGNATURE]: mark, path, text, uri, assets } = value as Record<string, unknown>;
  const kind = typeof mark === "string" ? KINDS[mark] : undefined;
  if (kind !== undefined) return { [kind]: path ?? text ?? uri ?? readable(assets) };
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readable(item)]));
}

/** The stack that a component is constructed in. */
export interface Place {
  project: string;
  stack: string;
  region: string;
}

/** Serves one construction after another; `resources` is what was registered since the last `begin`. */
export class Engine {
  readonly #server = new Server();
  readonly #resources = new Map<string, ResourceRecord>();
  /** What the plug-in logged for people. */
  readonly messages: string[] = [];
  address = "";

  #place: Place = { project: "", stack: "", region: "" };

  static async start(): Promise<Engine> {
    const engine = new Engine();
    engine.#serve();
    const port = await new Promise<number>((resolve, reject) =>
      engine.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    engine.address = `127.0.0.1:${port}`;
    return engine;
  }

  get resources(): ResourceRecord[] {
    return [...this.#resources.values()];
  }

  begin(place: Place): void {
    this.#place = place;
    this.#resources.clear();
    this.messages.length = 0;
  }

  close(): void {
    this.#server.forceShutdown();
  }

  #serve(): void {
    const supports: handleUnaryCall<SupportsFeatureRequest, SupportsFeatureResponse> = ({ request }, done) =>
      done(null, new SupportsFeatureResponse().setHassupport(FEATURES.has(request.getId())));
    const register: handleUnaryCall<RegisterResourceRequest, RegisterResourceResponse> = ({ request }, done) => {
      this.#register(request).then(
        (response) => done(null, response),
        (error: Error) => done(error),
      );
    };
    const outputs: handleUnaryCall<RegisterResourceOutputsRequest, Empty> = ({ request }, done) => {
      const record = this.#resources.get(request.getUrn());
      if (record) record.outputs = unwrap(request.getOutputs()?.toJavaScript() ?? {}) as Record<string, unknown>;
      done(null, new Empty());
    };
    const invoke: handleUnaryCall<ResourceInvokeRequest, ResourceInvokeResponse> = ({ request }, done) => {
      const inputs = unwrap(request.getArgs()?.toJavaScript() ?? {}) as Record<string, unknown>;
      const response = new ResourceInvokeResponse();
      response.setReturn(structOf(answer(request.getTok(), inputs, this.#context(inputs))));
      done(null, response);
    };
    const log: handleUnaryCall<LogRequest, Empty> = ({ request }, done) => {
      if (request.getSeverity() !== LogSeverity.DEBUG) this.messages.push(request.getMessage());
      done(null, new Empty());
    };
    this.#server.addService(ResourceMonitorService, {
      supportsFeature: supports,
      registerResource: register,
      registerResourceOutputs: outputs,
      invoke,
    });
    this.#server.addService(EngineService, { log });
  }

  #context(inputs: Record<string, unknown>): ModelContext {
    const region = typeof inputs.region === "string" ? inputs.region : this.#place.region;
    return { stack: this.#place.stack, accountId: "000000000000", region, partition: "aws" };
  }

  async #register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    const raw = request.getObject()?.toJavaScript() ?? {};
    const record = this.#add({
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent() || null,
      custom: request.getCustom(),
      inputs: readable(unwrap(raw)) as Record<string, unknown>,
      options: optionsOf(request),
      secrets: secretsIn(raw),
    });
    const response = new RegisterResourceResponse().setUrn(record.urn);
    if (record.custom) return response.setId(record.id ?? "").setObject(structOf(record.outputs));
    return isRemote(record.type) ? response.setObject(structOf(await this.#expand(record))) : response;
  }

  /** The children of a component that yet another plug-in builds. */
  #expand(component: ResourceRecord): Promise<Record<string, unknown>> {
    const { urn: parent, secrets } = component;
    const { protect, retainOnDelete } = component.options;
    const options = { ...(protect && { protect }), ...(retainOnDelete && { retainOnDelete }) };
    const name = component.name.toLowerCase();
    return expand(component, (type, inputs) =>
      Promise.resolve(this.#add({ type, name, parent, custom: true, inputs, options, secrets }).outputs),
    );
  }

  #add(given: Omit<ResourceRecord, "urn" | "id" | "outputs">): ResourceRecord {
    const { stack, project } = this.#place;
    const { type, name, parent, custom, inputs } = given;
    const urn = urnOf(stack, project, parent ?? "", type, name);
    if (this.#resources.has(urn)) throw new Error(`${urn} is registered twice`);
    const simulated = custom ? simulate({ urn, type, name, inputs }, this.#context(inputs)) : undefined;
    const record = { ...given, urn, id: simulated?.id ?? null, outputs: simulated?.outputs ?? {} };
    this.#resources.set(urn, record);
    return record;
  }
}
