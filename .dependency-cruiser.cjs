/** Who may import whom. The reasons are in docs/architecture.md, "The house". */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^(${from})/` },
  to: {
    path: "^(?!node_modules)",
    pathNot: `^(${allowed})(/|$)|^node_modules|package\\.json$|^\\w+:|^[a-z_/]+$`,
    dependencyTypesNot: ["core", "npm", "npm-dev", "npm-optional", "npm-peer"],
  },
});
const never = (name, from, packages, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^(${from})/` },
  to: { path: `node_modules/(${packages})(/|$)`, dependencyTypesNot: ["type-only"] },
});

module.exports = {
  forbidden: [
    only(
      "pure-core",
      "lib|contracts|encoding",
      "lib|contracts|encoding",
      "lib, contracts and encoding import nothing of ours but each other",
    ),
    only("handlers-core", "handlers", "handlers|lib|contracts|encoding", "handlers know the pure core only"),
    only("services-core", "services", "services|lib|contracts|encoding", "services know the pure core only"),
    only("images-core", "images", "images|lib|contracts", "an image's own program knows the pure core only"),
    only(
      "components-core",
      "components",
      "components|lib|contracts|encoding|config",
      "components get other values as arguments",
    ),
    only(
      "plugin-components",
      "plugin",
      "plugin|components",
      "the plug-in constructs components and knows nothing else",
    ),
    only("examples-outside", "examples", "examples|components", "an example is what somebody else would write"),
    only("config-core", "config", "config|lib", "config knows lib only"),
    only("policies-lib", "policies", "policies|lib", "policies know lib at most"),
    only("model-lib", "model", "model|lib", "model knows lib at most"),
    only("cost-record", "cost", "cost|lib|model", "the estimator reads records"),
    only("web-contracts", "web", "web|contracts", "the page shares the api's types"),
    never("pure-packages", "lib|contracts|encoding", "@pulumi|@aws-sdk|@smithy", "the pure core runs anywhere"),
    never("no-pulumi", "handlers|images|services|web", "@pulumi", "what runs in the cloud never loads Pulumi"),
    never(
      "no-provider-in-policies",
      "policies",
      "@pulumi/aws",
      "rules name types by token: loading the provider costs a second per preview",
    ),
    {
      name: "components-apart",
      comment: "a component gets another's values as arguments, never by import",
      severity: "error",
      from: { path: "^components/([^/]+)/" },
      to: { path: "^components/[^/]+/", pathNot: "^components/($1|shared)/" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true, dependencyTypesNot: ["type-only"] } },
    {
      name: "nobody-imports-the-root",
      severity: "error",
      from: { pathNot: "^(cli|test)/" },
      to: { path: "^index\\.ts$" },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/|^\\.local/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
