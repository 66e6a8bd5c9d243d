/** Tells the local MediaConvert behind which endpoint of the VPC it stands: EC2 has no call for that, it just is so. */
import { ROOT_CREDENTIALS } from "./ministack.js";

export class Passage {
  constructor(private readonly transcoderUrl: string) {}

  /** @throws Error with the answer when it is refused. */
  async put(endpoint: { id: string; policy: string }): Promise<void> {
    const scope = `${ROOT_CREDENTIALS.accessKeyId}/20260101/us-east-1/ec2/aws4_request`;
    const response = await fetch(`${this.transcoderUrl}/endpoint`, {
      method: "PUT",
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}`, "content-type": "application/json" },
      body: JSON.stringify(endpoint),
    });
    if (!response.ok) throw new Error(`the local MediaConvert takes no endpoint: ${await response.text()}`);
  }

  destroy(): void {
    // It keeps no connection open.
  }
}
