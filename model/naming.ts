/** Names that the provider makes up when a program leaves them out (Pulumi's auto-naming), but the same on every run. */
import { createHash } from "node:crypto";
import type { ModelResource } from "./context";

const SUFFIX = 7;

/** Hexadecimal digits that differ for each resource and stack, and are the same on every run. */
export const digest = (urn: string, length: number): string =>
  createHash("sha256").update(urn).digest("hex").slice(0, length);

/** In the form of a UUID. */
export const uuid = (urn: string): string =>
  digest(urn, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/**
 * The physical name: the input that sets it, else `<logical name>-<7 hexadecimal digits>`, cut to `limit` characters: the
 * logical name gives way, the suffix stays.
 */
export function physicalName({ urn, name, inputs }: ModelResource, property = "name", limit = 255): string {
  const set = inputs[property];
  return typeof set === "string" ? set : `${name.slice(0, limit - SUFFIX - 1)}-${digest(urn, SUFFIX)}`;
}
