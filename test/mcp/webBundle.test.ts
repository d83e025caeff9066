import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { createContext, Script } from "node:vm";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const { browser, type } = JSON.parse(read("package.json"));
const bundle = read(browser);

describe("the web bundle", () => {
  it("is named as VS Code requires in an ES module package: its web extension host loads CommonJS only", () => {
    assert.equal(type, "module");
    assert.equal(browser, "./dist/web/extension.cjs");
  });

  it("requires nothing but vscode, and imports nothing", () => {
    const required = [...bundle.matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/g)].map((match) => match[1]);
    assert.deepEqual([...new Set(required)], ["vscode"]);
    assert.doesNotMatch(bundle, /["'`]node:|\bimport\(|import\.meta|importScripts|\bprocess\.(pid|env|getBuiltin)/);
    const builtins = builtinModules.filter((name) => bundle.includes(`from"${name}"`));
    assert.deepEqual(builtins, []);
  });

  it("loads without Node's globals, and has an entry point", () => {
    // Only what a web worker has, too.
    const globals = { TextEncoder, TextDecoder, URL, AbortController, AbortSignal, Response, Request, Headers, crypto };
    const context = createContext({ ...globals, performance, setTimeout, clearTimeout, setInterval, clearInterval });
    const load = new Script(`(function (module, exports, require) {${bundle}\n})`).runInContext(context);
    const module = { exports: {} as Record<string, unknown> };
    // Every name of the API is a class and a namespace.
    const anything: object = new Proxy(class {}, {
      get: (target, name) => (name === "prototype" ? target.prototype : anything),
    });
    const names = read("node_modules/@types/vscode/index.d.ts").matchAll(/^\texport (?:class|namespace|enum) (\w+)/gm);
    const api = Object.fromEntries([...names].map(([, name]) => [name, anything]));
    load(module, module.exports, (name: string) => {
      assert.equal(name, "vscode");
      return api;
    });
    assert.equal(typeof module.exports.activate, "function");
  });
});
