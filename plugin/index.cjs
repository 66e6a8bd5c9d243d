/**
 * Entry of the plug-in, which Pulumi's runner loads for this folder. The runner registers a TypeScript loader that reads
 * the compiler options of whoever calls, and checks types at every start; tsx, registered after it, takes its place.
 */
require("tsx/cjs");
require("./provider.ts");
