/** Checks a request's JSON against the service's own shapes and gives it the SDK's member names. */
import { badRequest } from "./errors";
import generated from "./shapes.generated.json";

interface Shape {
  type: string;
  members?: Record<string, string>;
  required?: string[];
  member?: string;
  value?: string;
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
}
export type RequestShape =
  | "CreateJobRequest"
  | "CreateQueueRequest"
  | "UpdateQueueRequest"
  | "CreateJobTemplateRequest"
  | "ProbeRequest"
  | "ListJobsRequest";

export const SHAPES: Record<string, Shape> = generated.shapes;

/**
 * @param value what came over the wire: lowerCamelCase members
 * @returns the same value with the SDK's member names (first letter upper case)
 * @throws ServiceError BadRequestException naming the path, the value and what is allowed
 */
export function decode<Request>(shape: RequestShape, value: unknown): Request {
  return walk(shape, value, "") as Request;
}

function walk(name: string, value: unknown, path: string): unknown {
  const shape = SHAPES[name];
  if (!shape) throw new Error(`no shape ${name} in shapes.generated.json`);
  switch (shape.type) {
    case "structure":
      return structure(shape, value, path);
    case "list":
      return list(shape, value, path);
    case "map":
      return map(shape, value, path);
    case "string":
      return text(shape, value, path);
    default:
      return number(shape, value, path);
  }
}

/** As the service writes paths: from the settings on. */
const at = (path: string): string => (path === "" ? "/" : path.replace(/^\/settings\//, "/"));
function refuse(path: string, value: unknown, rule: string): never {
  const given = value === undefined ? "nothing" : (JSON.stringify(value)?.slice(0, 200) ?? String(value));
  throw badRequest(`${at(path)}: ${rule}, but is ${given}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function structure(shape: Shape, value: unknown, path: string): unknown {
  if (!isRecord(value)) return refuse(path, value, "should be an object");
  const members = shape.members ?? {};
  for (const name of shape.required ?? []) {
    if (value[name] === undefined || value[name] === null) {
      throw badRequest(`${at(path)}: '${name}' is a required property`);
    }
  }
  const decoded: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const type = Object.hasOwn(members, name) ? members[name] : undefined;
    if (!type) {
      const allowed = Object.keys(members).sort().join(", ");
      throw badRequest(`${at(path)}: unexpected property '${name}' is not allowed → one of ${allowed}`);
    }
    if (member !== null) decoded[name[0]?.toUpperCase() + name.slice(1)] = walk(type, member, `${path}/${name}`);
  }
  return decoded;
}

function list(shape: Shape, value: unknown, path: string): unknown {
  if (!Array.isArray(value)) return refuse(path, value, "should be an array");
  return value.map((item, index) => walk(shape.member ?? "", item, `${path}/${index}`));
}

function map(shape: Shape, value: unknown, path: string): unknown {
  if (!isRecord(value)) return refuse(path, value, "should be an object");
  // A map's keys are the caller's own ("Audio Selector 1"), also in the SDK's form.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(shape.value ?? "", item, `${path}/${key}`)]),
  );
}

function text(shape: Shape, value: unknown, path: string): unknown {
  if (typeof value !== "string") return refuse(path, value, "should be a string");
  if (shape.enum && !shape.enum.includes(value))
    return refuse(path, value, `should be one of ${shape.enum.join(", ")}`);
  if (shape.min !== undefined && value.length < shape.min) {
    return refuse(path, value, `should have at least ${shape.min} characters`);
  }
  if (shape.max !== undefined && value.length > shape.max) {
    return refuse(path, value, `should have at most ${shape.max} characters`);
  }
  if (shape.pattern && !new RegExp(shape.pattern).test(value)) {
    return refuse(path, value, `should match pattern ${shape.pattern}`);
  }
  return value;
}

function number(shape: Shape, value: unknown, path: string): unknown {
  if (shape.type === "boolean") return typeof value === "boolean" ? value : refuse(path, value, "should be a boolean");
  if (typeof value !== "number" || !Number.isFinite(value)) return refuse(path, value, "should be a number");
  if (shape.type !== "double" && shape.type !== "float" && shape.type !== "timestamp" && !Number.isInteger(value)) {
    return refuse(path, value, "should be an integer");
  }
  if (shape.min !== undefined && value < shape.min) return refuse(path, value, `should not be less than ${shape.min}`);
  if (shape.max !== undefined && value > shape.max) {
    return refuse(path, value, `should not be greater than ${shape.max}`);
  }
  return value;
}
