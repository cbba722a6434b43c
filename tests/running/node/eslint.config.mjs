// What eslint and typescript-eslint recommend, for emitted files. The tools are not in
// a folder above this one: BPGEN_NODE_TOOLS says where they are.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.BPGEN_NODE_TOOLS}/`);
const js = require("@eslint/js");
const ts = require("typescript-eslint");

// What node, browsers and workers all have, and `process`, which is looked for.
const names = [
  "console",
  "performance",
  "process",
  "queueMicrotask",
  "setTimeout",
];
const globals = Object.fromEntries(names.map((name) => [name, "readonly"]));

export default ts.config(
  {
    // An emitted file has to be clean by itself, not by a comment.
    linterOptions: {
      noInlineConfig: true,
      reportUnusedDisableDirectives: "off",
    },
  },
  {
    files: ["**/*.mjs"],
    extends: [js.configs.recommended],
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals },
  },
  {
    files: ["**/*.ts"],
    extends: [js.configs.recommended, ts.configs.strict, ts.configs.stylistic],
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
);
