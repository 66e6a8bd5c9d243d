/** What a simulated resource knows of its surroundings. */
export interface ModelContext {
  stack: string;
  accountId: string;
  /** Of the resource: its own `region` input, else the stack's. */
  region: string;
  partition: string;
}

/** A resource as the model sees it. */
export interface ModelResource {
  urn: string;
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** What a service gives back for a resource: its id and what it adds to the inputs. */
export interface Simulated {
  id: string;
  outputs: Record<string, unknown>;
}

/** How one type behaves without AWS. */
export type Behaviour = (resource: ModelResource, context: ModelContext) => Simulated;
