/** Signs with a KMS key: the private key never leaves it, and no state file holds it. */
import { KMSClient, SignCommand } from "@aws-sdk/client-kms";
import type { Sign } from "../core/signatures.js";

/** Milliseconds. Two tries fit into what a request may take. */
const CONNECT_LIMIT = 500;
const REPLY_LIMIT = 1_500;

/** @param keyId id or ARN of an RSA_2048 key for SIGN_VERIFY. Region, credentials and endpoint come from the environment. */
export function kmsSigner(keyId: string): { sign: Sign; close: () => void } {
  const client = new KMSClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: CONNECT_LIMIT, requestTimeout: REPLY_LIMIT, throwOnRequestTimeout: true },
  });
  const sign: Sign = async (message) => {
    const { Signature } = await client.send(
      new SignCommand({
        KeyId: keyId,
        Message: message,
        MessageType: "RAW",
        SigningAlgorithm: "RSASSA_PKCS1_V1_5_SHA_256",
      }),
    );
    if (!Signature) throw new Error("KMS answered without a signature");
    return Signature;
  };
  return { sign, close: () => client.destroy() };
}
