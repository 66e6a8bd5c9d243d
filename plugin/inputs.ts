/** What only a compiler would notice, for programs that no compiler has checked. */
import * as pulumi from "@pulumi/pulumi";

interface PropertySchema {
  $ref?: string;
  plain?: boolean;
  items?: PropertySchema;
}

interface TypeSchema {
  properties?: Record<string, PropertySchema>;
  required?: string[];
  enum?: { value: number | string }[];
}

/** The part of a Pulumi package schema that inputs are held against. */
export interface PackageSchema {
  version: string;
  resources: Record<
    string,
    {
      inputProperties: Record<string, PropertySchema>;
      requiredInputs: string[];
      properties: Record<string, PropertySchema>;
    }
  >;
  types: Record<string, TypeSchema>;
}

export interface InputFault {
  propertyPath: string;
  reason: string;
}

function objectFaults(
  schema: PackageSchema,
  { properties = {}, required = [] }: TypeSchema,
  values: Record<string, unknown>,
  path: string,
): InputFault[] {
  const missing = required
    .filter((name) => values[name] === undefined)
    .map((name) => ({ propertyPath: `${path}${name}`, reason: "missing → give it a value" }));
  const wrong = Object.entries(properties).flatMap(([name, property]) =>
    valueFaults(schema, property, values[name], `${path}${name}`),
  );
  return [...missing, ...wrong];
}

function valueFaults(schema: PackageSchema, property: PropertySchema, value: unknown, path: string): InputFault[] {
  if (value === undefined || value === null) return [];
  if (pulumi.Output.isInstance(value)) {
    if (!property.plain) return [];
    const reason = "depends on another resource, or is a secret → give the value itself: it decides what is created";
    return [{ propertyPath: path, reason }];
  }
  if (Array.isArray(value) && property.items) {
    const { items } = property;
    return value.flatMap((item, index) => valueFaults(schema, items, item, `${path}[${index}]`));
  }
  const type = property.$ref === undefined ? undefined : schema.types[property.$ref.replace("#/types/", "")];
  if (type === undefined) return [];
  if (type.enum) {
    if (type.enum.some((member) => member.value === value)) return [];
    const allowed = type.enum.map((member) => member.value).join(", ");
    return [{ propertyPath: path, reason: `${JSON.stringify(value)} → one of ${allowed}` }];
  }
  return objectFaults(schema, type, value as Record<string, unknown>, `${path}.`);
}

/** Every input of a component that is missing, is an output where the value itself is needed, or is no member of its enum. */
export const inputFaults = (
  schema: PackageSchema,
  component: PackageSchema["resources"][string],
  inputs: Record<string, unknown>,
): InputFault[] =>
  objectFaults(schema, { properties: component.inputProperties, required: component.requiredInputs }, inputs, "");
