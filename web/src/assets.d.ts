/** esbuild bundles the style sheet that the entry imports. */
declare module "*.css";
