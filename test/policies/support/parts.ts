/** Pieces of the good stack: resources with tags, policy documents, trusts. */
import { doc, type Given } from "./given";

export const ACCOUNT = "000000000000";
export const TAGS = { Project: "vod", Stack: "dev", ManagedBy: "pulumi" };

export const r = (type: string, name: string, inputs: Given["inputs"]): Given => ({
  type: `aws:${type}`,
  name,
  inputs,
});
export const tagged = (type: string, name: string, inputs: Given["inputs"]): Given =>
  r(type, name, { ...inputs, tags: TAGS });

export const allow = (Sid: string, rest: Record<string, unknown>) => ({ Sid, Effect: "Allow", ...rest });
export const policy = (...Statement: unknown[]) => doc({ Version: "2012-10-17", Statement });
export const mine = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
export const plainText = (Action: string) => ({
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: [Action],
  Resource: ["*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
export const trust = (Service: string, Condition?: unknown) =>
  policy(allow("Assume", { Principal: { Service }, Action: ["sts:AssumeRole"], ...(Condition ? { Condition } : {}) }));

export const service = (Sid: string, Service: string, Condition: unknown = mine) =>
  allow(Sid, { Principal: { Service }, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: ["*"], Condition });
