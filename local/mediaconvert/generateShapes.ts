/**
 * Writes shapes.generated.json: the request shapes of MediaConvert with their limits. The members are those of the pinned SDK; enums,
 * bounds and patterns, which the SDK leaves out, come from the service model that botocore carries:
 *
 *   python3 -m venv /tmp/botocore && /tmp/botocore/bin/pip install botocore
 *   tools/run local/mediaconvert/generateShapes.ts /tmp/botocore
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as sdk from "@aws-sdk/client-mediaconvert";
import { membersOf } from "./sdkSchema";

interface ModelShape {
  type: string;
  members?: Record<string, { shape: string; locationName?: string }>;
  required?: string[];
  member?: { shape: string };
  value?: { shape: string };
  [limit: string]: unknown;
}

const ROOTS = {
  CreateJobRequest: sdk.CreateJobRequest$,
  CreateQueueRequest: sdk.CreateQueueRequest$,
  UpdateQueueRequest: sdk.UpdateQueueRequest$,
  CreateJobTemplateRequest: sdk.CreateJobTemplateRequest$,
  ProbeRequest: sdk.ProbeRequest$,
  ListJobsRequest: sdk.ListJobsRequest$,
};
const LIMITS = ["min", "max", "pattern", "enum"];
const wire = (name: string): string => `${name[0]?.toLowerCase()}${name.slice(1)}`;

function compact(name: string, shape: ModelShape, known: Map<string, string[]>): Record<string, unknown> {
  if (shape.type === "list") return { type: shape.type, member: shape.member?.shape };
  if (shape.type === "map") return { type: shape.type, value: shape.value?.shape };
  const limits = LIMITS.flatMap((limit) => (limit in shape ? [[limit, shape[limit]]] : []));
  if (shape.type !== "structure") return { type: shape.type, ...Object.fromEntries(limits) };
  const members = (known.get(name) ?? []).map((member) => {
    const found = shape.members?.[member];
    if (!found) throw new Error(`the model has no ${name}.${member} → use a newer botocore`);
    if ((found.locationName ?? member) !== wire(member))
      throw new Error(`${name}.${member} has another name on the wire`);
    return [wire(member), found.shape];
  });
  const required = (shape.required ?? []).map(wire);
  return { type: shape.type, members: Object.fromEntries(members), ...(required.length > 0 ? { required } : {}) };
}

function main(venv: string): void {
  const [file] = globSync(
    join(venv, "lib/python3*/site-packages/botocore/data/mediaconvert/2017-08-29/service-2.json.gz"),
  );
  const [about] = globSync(join(venv, "lib/python3*/site-packages/botocore-*.dist-info"));
  if (!file || !about) throw new Error(`no botocore in ${venv}`);
  const model = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as { shapes: Record<string, ModelShape> };
  const known = new Map(Object.values(ROOTS).flatMap((schema) => [...membersOf(schema)]));
  const shapes = new Map<string, Record<string, unknown>>();
  const waiting = Object.keys(ROOTS);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const shape = model.shapes[name];
    if (!shape) throw new Error(`the model has no ${name} → use a newer botocore`);
    if (shapes.has(name)) continue;
    const entry = compact(name, shape, known);
    shapes.set(name, entry);
    const next = [...Object.values((entry.members ?? {}) as Record<string, string>), entry.member, entry.value];
    waiting.push(...next.filter((reference) => typeof reference === "string"));
  }
  const version = /botocore-([\d.]+)\.dist-info/.exec(about)?.[1] ?? "";
  const source = `members: @aws-sdk/client-mediaconvert; limits: botocore ${version}, mediaconvert/2017-08-29 (both Apache-2.0)`;
  const lines = [...shapes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, entry]) => `"${name}":${JSON.stringify(entry)}`);
  const text = `{"source":${JSON.stringify(source)},\n"shapes":{\n${lines.join(",\n")}\n}}\n`;
  writeFileSync(join(__dirname, "shapes.generated.json"), text);
}

main(process.argv[2] ?? ".local/venv");
