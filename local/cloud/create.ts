/** Really creates, in the emulator and in the local MediaConvert, what they can hold of the program. */
import { GetPublicKeyCommand } from "@aws-sdk/client-kms";
import type { Create, Invoke } from "../../model/mocks.js";
import type { Cloud } from "./clients.js";
import type { Creator } from "./creator.js";
import { COMPUTE_CREATORS } from "./create/compute.js";
import { DATA_CREATORS } from "./create/data.js";
import { MESSAGING_CREATORS } from "./create/messaging.js";
import { NETWORK_CREATORS } from "./create/network.js";
import { S3_CREATORS } from "./create/s3.js";
import { SECURITY_CREATORS } from "./create/security.js";
import { TRANSCODING_CREATORS } from "./create/transcoding.js";

const CREATORS: Readonly<Record<string, Creator>> = {
  ...COMPUTE_CREATORS,
  ...DATA_CREATORS,
  ...MESSAGING_CREATORS,
  ...NETWORK_CREATORS,
  ...S3_CREATORS,
  ...SECURITY_CREATORS,
  ...TRANSCODING_CREATORS,
};

/** The types that are really created; every other one is simulated by the model. */
export const CREATED_TYPES: readonly string[] = Object.keys(CREATORS).sort();

export const isCreated = (type: string): boolean => type in CREATORS;

/**
 * The hook that the recorder calls for each resource, and what went wrong. A failure is kept instead of thrown, since
 * Pulumi would answer a throw by an unhandled rejection for each dependent; after the first one nothing more is created.
 */
export function createIn(cloud: Cloud): { create: Create; failure: () => Error | undefined } {
  let failure: Error | undefined;
  const create: Create = async (resource, simulated, context) => {
    const creator = CREATORS[resource.type];
    if (!creator || failure) return undefined;
    try {
      const place = { ...context, name: resource.name };
      return (await creator(cloud.in(context.region), simulated.outputs, place)) ?? undefined;
    } catch (error) {
      const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      failure ??= new Error(`${resource.name} (${resource.type}) could not be created: ${what}`, { cause: error });
      return undefined;
    }
  };
  return { create, failure: () => failure };
}

/** Armour as KMS's public keys have it everywhere else: 64 characters a line (RFC 7468). */
const pem = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`;
};

/** Answers the provider's functions of which the emulator knows more than the model. */
export function invokeIn(cloud: Cloud): Invoke {
  return async (token, inputs) => {
    if (token !== "aws:kms/getPublicKey:getPublicKey") return undefined;
    const { PublicKey } = await cloud.in().kms.send(new GetPublicKeyCommand({ KeyId: String(inputs.keyId) }));
    if (!PublicKey) throw new Error(`KMS gave no public key for ${String(inputs.keyId)}`);
    return { keyId: inputs.keyId, id: inputs.keyId, publicKeyPem: pem(PublicKey) };
  };
}
