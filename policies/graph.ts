/**
 * Resources and what refers to what. Rules ask the graph; where its links come from differs: the engine tells the
 * dependencies of each property (`engine.ts`), a recorded program is searched for the values of others (`links.ts`).
 */
import type { Fields } from "./fields";

export interface ResourceNode {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The inputs; in a stack policy of the engine, the state after registration, which repeats them. */
  readonly inputs: Fields;
  /** What the resource is once it is registered: the inputs, its id and its outputs. In a resource policy, the inputs alone. */
  readonly state: Fields;
  /** Pulumi's `protect` option, `undefined` where the caller does not tell. */
  readonly protect: boolean | undefined;
}

/** URNs of the resources that a property of a resource (a top-level name) refers to, in any depth. */
export type LinkSource = (urn: string, property: string) => readonly string[];

export class Graph {
  private readonly byUrn: ReadonlyMap<string, ResourceNode>;

  constructor(
    readonly nodes: readonly ResourceNode[],
    private readonly links: LinkSource,
  ) {
    this.byUrn = new Map(nodes.map((node) => [node.urn, node]));
  }

  of(types: readonly string[]): ResourceNode[] {
    return this.nodes.filter((node) => types.includes(node.type));
  }

  /** Resources of the given types that `property` of `node` refers to. */
  linked(node: ResourceNode, property: string, types: readonly string[]): ResourceNode[] {
    return this.links(node.urn, property)
      .map((urn) => this.byUrn.get(urn))
      .filter((target): target is ResourceNode => target !== undefined && types.includes(target.type));
  }

  /** Resources of the given types whose `property` refers to `target`: its sidecars. */
  referring(target: ResourceNode, types: readonly string[], property: string): ResourceNode[] {
    return this.of(types).filter((node) => this.links(node.urn, property).includes(target.urn));
  }
}

/** Stack name of a URN (`urn:pulumi:<stack>::<project>::<type>::<name>`). */
export const stackOf = (urn: string): string => /^urn:pulumi:(.*?)::/.exec(urn)?.[1] ?? "";

/** Stacks that serve people, or rehearse it: every one whose name begins with `prod` or `staging`. */
export const isServing = (urn: string): boolean => /^(prod|staging)/.test(stackOf(urn));
