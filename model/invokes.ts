/** Provider functions that the program calls. */
import type { ModelContext } from "./context";
import { digest } from "./naming";

/** A real RSA-2048 public key whose private half was thrown away: the plan needs one that parses, not one that signs. */
const PLAN_PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA3kT4erAR/ZwvvynukjW8
XhLb1M31p5KltsXsYtHhJOEhtYjSfCqjo4VSBT/XVYCKra6c3rx2vXxjCoFNXkB7
G5IfmTAXtmzkfcyv+7u6rrt33Hqe0SaGpxUs2JG0BszKkIiUow0VdZl/HJURBUmH
g8M+LiHU6DmXBiwXxkzaHEDTEerEE3UX9X0zAk16bPeTKHBFl957LoJspNljUqDr
2GqpaUKKmr3TXEGLNipn6U1FIiTL7zMVvx3Y6WTdAwDO0Y1Tt0VJ+vC0/YxMlb/c
lYLGn5islLHMrwJnDFv2l1sRUBXYvDdJzUt9uecl3Z0TJhoXv9typJa/dgzMBkzc
mQIDAQAB
-----END PUBLIC KEY-----
`;

type Answer = (inputs: Record<string, unknown>, context: ModelContext) => Record<string, unknown>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_inputs, { accountId, partition }) => ({
    id: accountId,
    accountId,
    userId: accountId,
    arn: `arn:${partition}:iam::${accountId}:root`,
  }),
  // One in each region; AWS keeps it.
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }, { region }) => ({
    id: `pl-${digest(`${region} ${String(name)}`, 8)}`,
    name,
  }),
  "aws:kms/getPublicKey:getPublicKey": ({ keyId }) => ({ keyId, id: keyId, publicKeyPem: PLAN_PUBLIC_KEY }),
  // Plain to see that nobody made it up: a plan is shown, and a local platform has no balancer that asks for it.
  "aws:secretsmanager/getRandomPassword:getRandomPassword": ({ passwordLength }) => ({
    id: "random-password",
    randomPassword: "x".repeat(Number(passwordLength ?? 32)),
  }),
};

/**
 * Answers a provider function as the service would.
 * @throws Error when the model does not know the function.
 */
export function answer(token: string, inputs: Record<string, unknown>, context: ModelContext): Record<string, unknown> {
  const known = ANSWERS[token];
  if (known === undefined) throw new Error(`function ${token} is not modelled → add its answer to model/invokes.ts`);
  return known(inputs, context);
}
