/** The pack as Pulumi's engine runs it: a process of the policy host over the built bundle, spoken to by gRPC. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  type AnalyzeResponse,
  type AnalyzerInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";

const ROOT = join(__dirname, "../../..");
const HOST = join(ROOT, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");

export interface WireResource {
  type: string;
  name: string;
  urn: string;
  props: Record<string, unknown>;
  /** URNs by property. */
  dependencies?: Record<string, string[]>;
}

export interface Diagnostic {
  policy: string;
  /** 0 advisory, 1 mandatory (Pulumi's `analyzer.proto`). */
  level: number;
  urn: string;
  message: string;
}

const structOf = (props: Record<string, unknown>): Struct =>
  Struct.fromJavaScript(props as Record<string, JavaScriptValue>);

const diagnosticsOf = (response: AnalyzeResponse): Diagnostic[] =>
  response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    level: diagnostic.getEnforcementlevel(),
    urn: diagnostic.getUrn(),
    message: diagnostic.getMessage(),
  }));

export class Analyzer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  /** @throws Error with what the host wrote, when it ends before it listens. */
  static async start(pack = join(ROOT, "policies")): Promise<Analyzer> {
    // The host registers ts-node for packs in TypeScript; the bundle needs none of the test's own loaders.
    const child = spawn(process.execPath, [HOST, "127.0.0.1:1", "."], {
      cwd: pack,
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const port = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`the policy host ended with ${code}: ${errors}`)));
    });
    return new Analyzer(child, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  info(): Promise<AnalyzerInfo> {
    return this.call((done) => this.client.getAnalyzerInfo(new Empty(), done));
  }

  async analyze(resource: WireResource): Promise<Diagnostic[]> {
    const request = new AnalyzeRequest();
    request.setType(resource.type).setName(resource.name).setUrn(resource.urn);
    request.setProperties(structOf(resource.props)).setOptions(new AnalyzerResourceOptions());
    return diagnosticsOf(await this.call<AnalyzeResponse>((done) => this.client.analyze(request, done)));
  }

  async analyzeStack(resources: readonly WireResource[]): Promise<Diagnostic[]> {
    const request = new AnalyzeStackRequest();
    for (const { type, name, urn, props, dependencies = {} } of resources) {
      const resource = new AnalyzerResource();
      resource.setType(type).setName(name).setUrn(urn);
      resource.setProperties(structOf(props)).setOptions(new AnalyzerResourceOptions());
      for (const [property, urns] of Object.entries(dependencies)) {
        const holder = new AnalyzerPropertyDependencies();
        holder.setUrnsList(urns);
        resource.getPropertydependenciesMap().set(property, holder);
      }
      request.addResources(resource);
    }
    return diagnosticsOf(await this.call<AnalyzeResponse>((done) => this.client.analyzeStack(request, done)));
  }

  async close(): Promise<void> {
    this.client.close();
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
  }

  private call<Reply>(start: (done: (error: ServiceError | null, reply: Reply) => void) => unknown): Promise<Reply> {
    return new Promise((resolve, reject) => start((error, reply) => (error ? reject(error) : resolve(reply))));
  }
}
