// Lets modules that import `vscode` run without VS Code: import this first, then them with `await import(…)`.
import { registerHooks } from "node:module";

const url = new URL("./api.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "vscode" ? { url, shortCircuit: true } : next(specifier, context),
});
