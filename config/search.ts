/** What the keys of the search domain mean together. */
import { searchClass } from "../lib/openSearch";
import type { SchemaValues } from "./schema";

interface Problem {
  name: keyof SchemaValues;
  value: string;
  remedy: string;
}

/** Size and caps of the domain; undefined for a stack without one. */
export const searchDomain = (values: SchemaValues) =>
  values.searchNodes === 0
    ? undefined
    : {
        instanceType: values.searchInstance,
        nodes: values.searchNodes,
        storageGb: values.searchStorage,
        maxStorageGb: values.searchMaxStorage,
        maxNodes: values.searchMaxNodes,
        snapshotDays: values.searchSnapshotDays,
        createServiceLinkedRole: values.searchServiceRole,
      };

/** A domain has a node in each of so many zones. */
const ZONES = 3;

/** What is wrong with the keys together. Values that are wrong by themselves are absent and pass, and so does a stack without a domain. */
export function searchProblems(values: Partial<SchemaValues>): Problem[] {
  const { searchNodes: nodes, searchInstance: instance = "", searchStorage, searchMaxStorage, searchMaxNodes } = values;
  const limits = searchClass(instance);
  if (!nodes || limits === undefined) return [];
  const problems: Problem[] = [];
  const expect = (holds: boolean, name: Problem["name"], value: number | undefined, remedy: string): void => {
    if (value !== undefined && !holds) problems.push({ name, value: String(value), remedy });
  };
  const zones = values.zones?.length ?? ZONES;
  expect(zones >= ZONES, "searchNodes", nodes, `0, or ${ZONES} zones in vod:zones: a node stands in each`);
  const { leastGb, mostGb, mostNodes } = limits;
  expect(nodes <= mostNodes, "searchNodes", nodes, `at most ${mostNodes} nodes of ${instance}`);
  const storage = searchStorage ?? nodes * leastGb;
  const fits = storage >= nodes * leastGb && storage <= nodes * mostGb;
  const range = `${nodes * leastGb} to ${nodes * mostGb} GB on ${nodes} nodes of ${instance}`;
  expect(fits, "searchStorage", searchStorage, range);
  const more = searchMaxStorage ?? storage;
  expect(more >= storage, "searchMaxStorage", searchMaxStorage, `at least vod:searchStorage, ${storage}`);
  const most = searchMaxNodes ?? nodes;
  const caps = `from vod:searchNodes, ${nodes}, to ${mostNodes} of ${instance}`;
  expect(most >= nodes && most <= mostNodes, "searchMaxNodes", searchMaxNodes, caps);
  return problems;
}
