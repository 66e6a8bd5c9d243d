/** `docs/components.md`, from the components' schema. */
import type { ComponentSchema, PackageSchema, PropertySchema, TypeSchema } from "./componentSchema";
import { DEFAULT_MARK } from "./componentSchema";

const HEAD = `# Components

Each component stands alone: any Pulumi program can use one without the others. \`examples/\` holds such a program for each,
planned, priced and held against the policy pack by the tests.

## From TypeScript

\`\`\`ts
import { currentAccountId, VodKeys } from "@vod/components";
\`\`\`

\`npm install ../vod/components\` adds a clone of this repository, beside the program, to its dependencies; run \`npm ci\`
in the clone first.

## From Python, Go and YAML

The folder \`plugin/\` is a source-based Pulumi plug-in. \`pulumi package add ../vod/plugin\` writes an SDK from its
schema (\`plugin/schema.json\`) into the program's project:

\`\`\`python
import pulumi
import pulumi_aws as aws
import pulumi_vod as vod

keys = vod.VodKeys(
    "keys",
    platform={
        "stack": pulumi.get_stack(),
        "region": "us-east-1",
        "account_id": aws.get_caller_identity_output().account_id,
        "log_retention_days": 365,
    },
    recovery_region="us-west-2",
)
\`\`\`

\`\`\`yaml
resources:
  keys:
    type: vod:VodKeys
    properties:
      platform: { stack: dev, region: us-east-1, accountId: "111122223333", logRetentionDays: 365 }
      recoveryRegion: us-west-2
\`\`\`

In the tables, **plain** marks an input that decides how many resources there are: it takes a value, never an output of
another resource. Every other input takes both.
`;

/** A table's cell: one line, no bar of its own. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");

const anchor = (name: string): string => `[${name}](#${name.toLowerCase()})`;

function typeText({ type, $ref, items, additionalProperties }: PropertySchema): string {
  if ($ref !== undefined) return anchor($ref.split(":").at(-1) ?? "");
  if (items) return `list of ${typeText(items)}`;
  if (additionalProperties) return `map of ${typeText(additionalProperties)}`;
  return type ?? "";
}

/** The description and the default that stands at its end. */
function split(description = ""): { text: string; fallback: string } {
  const at = description.lastIndexOf(DEFAULT_MARK);
  if (at < 0) return { text: description, fallback: "" };
  return { text: description.slice(0, at).trim(), fallback: description.slice(at + DEFAULT_MARK.length) };
}

/** A value is shown as code, words as words. */
const fallbackText = (fallback: string): string => fallback.replace(/^("[^"]*"|true|false|\d\S*)/, "`$1`");

function inputTable(properties: Record<string, PropertySchema>, required: readonly string[]): string {
  const rows = Object.entries(properties).map(([name, property]) => {
    const { text, fallback } = split(property.description);
    const value = required.includes(name) ? "**required**" : fallbackText(fallback) || "none";
    const kind = `${typeText(property)}${property.plain ? ", plain" : ""}`;
    return `| \`${name}\` | ${kind} | ${cell(value)} | ${cell(text)} |`;
  });
  return ["| Input | Type | Default | What it is |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function outputTable(properties: Record<string, PropertySchema>): string {
  const rows = Object.entries(properties).map(
    ([name, property]) => `| \`${name}\` | ${typeText(property)} | ${cell(property.description ?? "")} |`,
  );
  return ["| Output | Type | What it is |", "| --- | --- | --- |", ...rows].join("\n");
}

const componentSection = (name: string, component: ComponentSchema): string =>
  [
    `## ${name}`,
    component.description ?? "",
    inputTable(component.inputProperties, component.requiredInputs),
    outputTable(component.properties),
  ].join("\n\n");

function typeSection(name: string, { description = "", properties, required = [], enum: members }: TypeSchema): string {
  const table = members
    ? [
        "| Value | What it is |",
        "| --- | --- |",
        ...members.map(({ value, description: text = "" }) => `| \`${JSON.stringify(value)}\` | ${cell(text)} |`),
      ].join("\n")
    : inputTable(properties ?? {}, required);
  return [`### ${name}`, description, table].filter((part) => part !== "").join("\n\n");
}

/** Not yet formatted. */
export function componentDocs({ resources, types }: PackageSchema): string {
  const named = <Value>(entries: Record<string, Value>): [string, Value][] =>
    Object.entries(entries).map(([token, value]) => [token.split(":")[2] ?? "", value]);
  return [
    "<!-- Generated from plugin/schema.json by npm run generate:schema. -->",
    HEAD,
    ...named(resources).map(([name, component]) => componentSection(name, component)),
    "## Types",
    ...named(types).map(([name, type]) => typeSection(name, type)),
  ].join("\n\n");
}
