/**
 * Credentials of task roles, as ECS gives them to its containers: an address that each service asks, and asks again before
 * they end. So services hold their own role's grants here too, and nothing else.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";

export interface TaskCredentials {
  /** Variables that make an SDK hold this role (Amazon ECS Developer Guide, "Task IAM role"). */
  environmentFor(roleArn: string): Record<string, string>;
  close(): Promise<void>;
}

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

export async function startTaskCredentials(sts: STSClient): Promise<TaskCredentials> {
  const roles = new Map<string, { roleArn: string; token: string }>();
  const server = createServer((request, response) => {
    const role = roles.get(request.url ?? "");
    if (!role || !sameText(request.headers.authorization ?? "", role.token)) {
      response.writeHead(403).end();
      return;
    }
    sts
      .send(new AssumeRoleCommand({ RoleArn: role.roleArn, RoleSessionName: "task" }))
      .then(({ Credentials: given }) => {
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            AccessKeyId: given?.AccessKeyId,
            SecretAccessKey: given?.SecretAccessKey,
            Token: given?.SessionToken,
            Expiration: given?.Expiration?.toISOString(),
            RoleArn: role.roleArn,
          }),
        );
      })
      .catch((error: unknown) => {
        response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    environmentFor(roleArn) {
      const path = `/${randomBytes(16).toString("hex")}`;
      const token = randomBytes(32).toString("hex");
      roles.set(path, { roleArn, token });
      return {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}${path}`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
