/** What a creator is: it makes one resource of the program in the emulator, or brings an existing one up to date. */
import type { ModelContext, Simulated } from "../../model/context.js";
import type { Clients } from "./clients.js";

export interface Place extends ModelContext {
  /** Pulumi's name of the resource. */
  name: string;
}

/**
 * @param clients of the resource's region.
 * @param properties the inputs and what the model adds to them: physical names and ARNs above all.
 * @returns what the service alone knows; nothing when the model's id and outputs hold.
 */
export type Creator = (
  clients: Clients,
  properties: Record<string, unknown>,
  place: Place,
) => Promise<Simulated | undefined | void>;

/**
 * A creator with typed properties. The types are the provider's own, checked when the program is compiled; at run time
 * they come untyped out of the engine.
 */
export const creator =
  <Properties extends object>(
    create: (clients: Clients, properties: Properties, place: Place) => Promise<Simulated | undefined | void>,
  ): Creator =>
  (clients, properties, place) =>
    create(clients, properties as Properties, place);

export type Tags = Record<string, string>;

/** `[{ Key, Value }]`, as most services take tags. */
export const tagList = (tags: Tags = {}): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Runs `make`; when the service says by one of `codes` that it is there already, runs `instead`. */
export async function orWhenThere(
  codes: string[],
  make: () => Promise<unknown>,
  instead: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof Error) || !codes.includes(error.name)) throw error;
    await instead();
  }
}
