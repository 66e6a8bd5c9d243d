/** Every check of one recorded program, by what it promises. */
import type { Check } from "./check";
import { encryptedByOurs } from "./encryption";
import { environments } from "./environment";
import { attachedPolicies, noEverybody, noWildcards, vpcJoinDenied } from "./grants";
import { ignoresWhatAwsChanges } from "./ignored";
import { namesWithinLimits } from "./names";
import { grantsPassEndpoints, zonesAreJoined } from "./passages";
import { reachableIsMatrix } from "./reach";
import { namedResourcesExist } from "./references";
import { noPlainSecrets } from "./secrets";
import { keepsData, modelled, parents, tags, uniqueUrns } from "./structure";
import { alarmsAct, queuesGiveUp } from "./watch";

export const CHECKS: Readonly<Record<string, Check>> = {
  "gives every resource a URN of its own": uniqueUrns,
  "puts every resource into a component, and names it after that": parents,
  "knows every input of every type": modelled,
  "tags everything that takes tags": tags,
  "keeps what holds data, except in dev": keepsData,
  "grants no wildcard": noWildcards,
  "denies a function's own code what Lambda does for it in the VPC": vpcJoinDenied,
  "attaches no policy of AWS's own without a reason": attachedPolicies,
  "admits nobody who is not named": noEverybody,
  "names only resources that are in the plan": namedResourcesExist,
  "sets the variables that the code reads, and no other": environments,
  "leaves alone what AWS changes, and nothing else": ignoresWhatAwsChanges,
  "keeps every name within its service's limit": namesWithinLimits,
  "shows no secret": noPlainSecrets,
  "tells a topic of the plan by every alarm": alarmsAct,
  "loses no message unseen": queuesGiveUp,
  "opens the ways of the matrix, and no other": reachableIsMatrix,
  "opens them from every zone to every zone": zonesAreJoined,
  "stops no granted call at an endpoint of the VPC": grantsPassEndpoints,
  "encrypts with keys of ours": encryptedByOurs,
};
