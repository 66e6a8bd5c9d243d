import { KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { ROOT_CREDENTIALS } from "../../../local/cloud/ministack";
import { cloudFrontBase64, policyText, titleResource } from "../../../services/api/src/core/cookiePolicy";
import type { TestPlatform } from "./platform";

/**
 * A `Cookie` header for a title, signed by the platform's own key in the emulated KMS, with an end of our choice.
 * @param expires seconds since 1970
 */
export async function signCookie(platform: TestPlatform, videoId: string, expires: number): Promise<string> {
  const { endpoint, region } = platform.aws;
  const kms = new KMSClient({ endpoint, region, credentials: ROOT_CREDENTIALS });
  try {
    const policy = policyText(titleResource(platform.viewer, videoId), expires);
    const { Signature } = await kms.send(
      new SignCommand({
        KeyId: String(platform.outputs.signingKeyId),
        Message: Buffer.from(policy),
        MessageType: "RAW",
        SigningAlgorithm: "RSASSA_PKCS1_V1_5_SHA_256",
      }),
    );
    if (!Signature) throw new Error("KMS gave no signature");
    return cookieHeader({
      "CloudFront-Policy": cloudFrontBase64(Buffer.from(policy)),
      "CloudFront-Signature": cloudFrontBase64(Signature),
      "CloudFront-Key-Pair-Id": String(platform.outputs.keyPairId),
      "CloudFront-Hash-Algorithm": "SHA256",
    });
  } finally {
    kms.destroy();
  }
}

const cookieHeader = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

/** The `Cookie` header that a browser would make of a playback reply. */
export const cookieOf = (reply: Response): string =>
  reply.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
