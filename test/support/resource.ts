import type { ResourceRecord } from "../../model/record";

/** A resource as a program that registers it alone would record it. */
export const resource = (type: string, inputs: object = {}, name = "n", outputs: object = {}): ResourceRecord => ({
  urn: `urn:pulumi:dev::vod::${type}::${name}`,
  type,
  name,
  parent: null,
  custom: true,
  id: name,
  inputs: { ...inputs },
  outputs: { ...outputs },
  options: {},
  secrets: [],
});
