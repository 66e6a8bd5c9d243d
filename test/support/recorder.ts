/** What tests of components and of the program read: the shared recorder, with look-ups by type and name. */
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { runProgram } from "../../cli/program";
import type { ModelResource, Simulated } from "../../model/context";
import { Recorder, type Create, type Invoke } from "../../model/mocks";
import type { ProgramRecord, ResourceRecord } from "../../model/record";

const ROOT = resolve(__dirname, "../..");
export const ACCOUNT = "000000000000";
export const PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into inputs of every type
type Anything = any;

export interface Recorded extends Omit<ResourceRecord, "inputs"> {
  inputs: Anything;
}

export interface Recording {
  stack: string;
  resources: Recorded[];
  /** Outputs of the stack. */
  outputs: Record<string, unknown>;
  /** The one resource of that type and name. */
  one(type: string, name: string): Recorded;
  all(type: string): Recorded[];
}

function lookUps({ stack, resources, outputs }: ProgramRecord): Recording {
  const all = (type: string): Recorded[] => resources.filter((resource) => resource.type === type);
  return {
    stack,
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

/** Outputs that can be written down in a test: every made-up suffix is the same. */
const readable: Create = ({ type, name, inputs }: ModelResource, { outputs }: Simulated) => {
  const region = typeof inputs.region === "string" ? inputs.region : "us-east-1";
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  const physical = typeof inputs.name === "string" ? inputs.name : `${name}-1a2b3c4`;
  const arn = service === "s3" ? `arn:aws:s3:::${physical}` : `arn:aws:${service}:${region}:${ACCOUNT}:${physical}`;
  return Promise.resolve({
    id: `id-of-${physical}`,
    outputs: {
      ...("name" in outputs && { name: physical }),
      ...("arn" in outputs && { arn }),
      ...(type === "aws:s3/bucket:Bucket" && {
        bucket: physical,
        bucketRegionalDomainName: `${physical}.s3.${region}.amazonaws.com`,
      }),
      ...(type === "aws:kms/key:Key" && { keyId: `id-of-${physical}` }),
      ...(type === "aws:sqs/queue:Queue" && { url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${physical}` }),
      ...("arnSuffix" in outputs && { arnSuffix: `${type.split(":").at(-1)}/${physical}` }),
      ...(type === "aws:cognito/userPool:UserPool" && { endpoint: `cognito-idp.${region}.amazonaws.com/${physical}` }),
      ...(type === "aws:cloudfront/distribution:Distribution" && { domainName: "d111111abcdef8.cloudfront.net" }),
    },
  });
};

const invoke: Invoke = (token) =>
  Promise.resolve(token === "aws:kms/getPublicKey:getPublicKey" ? { publicKeyPem: PUBLIC_KEY } : undefined);

/** Builds components in the stack dev of us-east-1, whose generated names all end in `-1a2b3c4`. */
export async function record(build: () => unknown): Promise<Recording> {
  const where = { project: "vod", stack: "dev", region: "us-east-1" };
  const recorder = await Recorder.start({ ...where, create: readable, invoke });
  build();
  return lookUps(await recorder.finish());
}

/** The text of a stack's own file, with changes by full key. */
export function stackSettings(stack: string, set: Record<string, string> = {}): Record<string, string> {
  const file = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  return { ...Object.fromEntries(Object.entries(file.config).map(([key, value]) => [key, String(value)])), ...set };
}

export const recordProgram = async (stack: string, set?: Record<string, string>): Promise<Recording> =>
  lookUps(await runProgram({ stack, set }));

interface OwnRun extends Recording {
  /** Names of the stack outputs that are secret. */
  secretOutputs: string[];
}

/** Runs index.ts with the settings of a stack's file, in a stack of another name, which has none. */
export async function recordNamed(stack: string, settings = "dev"): Promise<OwnRun> {
  const recorder = await Recorder.start({ project: "vod", stack, region: "us-east-1" });
  pulumi.runtime.setAllConfig(stackSettings(settings));
  const index = join(ROOT, "index.ts");
  delete require.cache[index];
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it must run now, under these mocks
  const exported = require(index) as Record<string, unknown>;
  const record = lookUps(await recorder.finish(exported));
  Error.stackTraceLimit = limit;
  const secret = await Promise.all(Object.values(exported).map((one) => pulumi.isSecret(pulumi.output(one))));
  return { ...record, secretOutputs: Object.keys(exported).filter((_, index) => secret[index]) };
}

/** A policy or definition that is given as JSON text. */
export const json = (text: string): Anything => JSON.parse(text);
