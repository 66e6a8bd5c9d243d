import tseslint from "typescript-eslint";

/** `new` of a resource inside a callback of `.apply(` hides it from previews: structure comes from plain values. */
const noResourceInApply = {
  selector: "CallExpression[callee.property.name='apply'] NewExpression[callee.object.object.name='aws']",
  message: "No resource is created inside apply: decide the structure from plain values.",
};
const noHtml = {
  selector:
    "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/], JSXAttribute[name.name='dangerouslySetInnerHTML']",
  message: "Titles are untrusted text: set text, never HTML.",
};

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/dist/**", ".local/**"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.check.json", "./web/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-restricted-syntax": ["error", noResourceInApply, noHtml],
      "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
    },
  },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    files: ["test/**"],
    rules: {
      "max-lines": ["error", 400],
      "@typescript-eslint/no-unused-expressions": "off",
      "no-restricted-syntax": ["error", noHtml],
    },
  },
);
