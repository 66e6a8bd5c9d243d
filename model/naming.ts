/** Names that the provider makes up when a program leaves them out (Pulumi's auto-naming), but the same on every run. */
import { createHash } from "node:crypto";
import type { ModelResource } from "./context";

const SUFFIX = 7;

/** Hexadecimal digits that differ for each resource and stack, and are the same on every run. */
export const digest = (urn: string, length: number): string =>
  createHash("sha256").update(urn).digest("hex").slice(0, length);

/** `<logical name>-<7 hexadecimal digits>`, cut to `limit` characters: the logical name gives way, the suffix stays. */
export const autoName = ({ urn, name }: ModelResource, limit = 255): string =>
  `${name.slice(0, limit - SUFFIX - 1)}-${digest(urn, SUFFIX)}`;

/** The physical name: the input that sets it, else `<namePrefix><suffix>`, else one made up. */
export function physicalName(resource: ModelResource, property = "name", limit = 255): string {
  const { inputs, urn } = resource;
  const set = inputs[property];
  if (typeof set === "string") return set;
  const prefix = inputs[`${property}Prefix`];
  if (typeof prefix === "string") return `${prefix}${digest(urn, SUFFIX)}`;
  return autoName(resource, limit);
}
