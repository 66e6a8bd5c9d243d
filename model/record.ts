/** A program as it was registered: what the plan, the policies, the price, the tests and the local platform read. Plain JSON. */

export interface ResourceOptions {
  protect?: boolean;
  retainOnDelete?: boolean;
  deleteBeforeReplace?: boolean;
  ignoreChanges?: string[];
  /** URNs. */
  dependsOn?: string[];
  /** For each input: the URNs of the resources whose outputs flow into it. */
  propertyDependencies?: Record<string, string[]>;
}

export interface ResourceRecord {
  /** As the engine forms it: `urn:pulumi:<stack>::<project>::<parent types$type>::<name>`. */
  urn: string;
  type: string;
  name: string;
  /** URN of the component it belongs to; null for one that the program creates itself. */
  parent: string | null;
  /** False for a component. */
  custom: boolean;
  /** Null for a component. */
  id: string | null;
  inputs: Record<string, unknown>;
  /** Inputs and what the service would add, such as `arn`. */
  outputs: Record<string, unknown>;
  options: ResourceOptions;
  /** Dotted paths of the inputs that are secret, such as `origins.3.customHeaders.0.value`. */
  secrets: string[];
}

export interface ProgramRecord {
  stack: string;
  /** In the order of registration. */
  resources: ResourceRecord[];
  /** Stack outputs. */
  outputs: Record<string, unknown>;
}
