/** Every resource type that the program may use, and how it behaves without AWS. */
import { COMPUTE } from "./aws/compute";
import { DATABASE } from "./aws/database";
import { EDGE } from "./aws/edge";
import { FRONT } from "./aws/front";
import { MESSAGING } from "./aws/messaging";
import { NETWORK } from "./aws/network";
import { SEARCH } from "./aws/search";
import { SECURITY } from "./aws/security";
import { SERVICES } from "./aws/services";
import { STORAGE } from "./aws/storage";
import { WAF } from "./aws/waf";
import type { Behaviour, ModelContext, ModelResource, Simulated } from "./context";

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  ...COMPUTE,
  ...DATABASE,
  ...EDGE,
  ...FRONT,
  ...MESSAGING,
  ...NETWORK,
  ...SEARCH,
  ...SECURITY,
  ...SERVICES,
  ...STORAGE,
  ...WAF,
};

/** The types that the model knows, in alphabetical order. */
export const MODELLED_TYPES: readonly string[] = Object.keys(BEHAVIOURS).sort();

/**
 * What the service would give back: id and outputs (inputs included).
 * @throws Error when the model does not know the type.
 */
export function simulate(resource: ModelResource, context: ModelContext): Simulated {
  const behaviour = BEHAVIOURS[resource.type];
  if (behaviour === undefined) {
    throw new Error(`${resource.urn}: type ${resource.type} is not modelled → add its behaviour to model/aws/`);
  }
  const { id, outputs } = behaviour(resource, context);
  const tags = resource.inputs.tags;
  return { id, outputs: { ...resource.inputs, ...(tags !== undefined && { tagsAll: tags }), ...outputs } };
}
