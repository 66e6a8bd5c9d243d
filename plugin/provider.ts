/** The components for programs in other languages: the engine asks this process for their schema and lets it construct them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as exported from "@vod/components";
import { inputFaults, type PackageSchema } from "./inputs";

type Component = new (
  name: string,
  args: pulumi.Inputs,
  opts: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

/** Serves the checked-in schema: reading it off the source takes seconds and a compiler, at every start. */
class ComponentProvider implements pulumi.provider.Provider {
  readonly schema = readFileSync(join(__dirname, "schema.json"), "utf8");
  readonly version: string;
  readonly #package: PackageSchema;

  constructor() {
    this.#package = JSON.parse(this.schema) as PackageSchema;
    this.version = this.#package.version;
  }

  /** @throws InputPropertiesError that names every input which is missing, not known yet, or not one of the allowed values. */
  construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    const component = this.#package.resources[type];
    if (component === undefined) {
      const known = Object.keys(this.#package.resources).join(", ");
      throw new Error(`no such component · ${type} → one of ${known}`);
    }
    const faults = inputFaults(this.#package, component, inputs);
    if (faults.length > 0) throw new pulumi.InputPropertiesError({ message: `${type} "${name}"`, errors: faults });
    const Class = exported[type.split(":")[2] as keyof typeof exported] as unknown as Component;
    const instance = new Class(name, inputs, options);
    const outputs = instance as unknown as Record<string, unknown>;
    const state = Object.fromEntries(Object.keys(component.properties).map((output) => [output, outputs[output]]));
    return Promise.resolve({ urn: instance.urn, state });
  }
}

void pulumi.provider.main(new ComponentProvider(), process.argv.slice(2));
