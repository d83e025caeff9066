import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const sources = globSync("src/**/*.ts", { cwd: root })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

/** Which parts of src/ each part may import from; packages are another matter. */
const mayImport: Record<string, string[]> = {
  openrouter: ["openrouter"],
  mcp: ["mcp", "openrouter"],
  sample: ["sample"],
  webview: ["webview", "openrouter"],
  editor: ["editor", "openrouter", "sample", "webview"],
  "extension.ts": ["editor"],
};
/** What of the core a browser may load: the model of spend and the formats, which need no account. */
const mayBeInBrowser = /^src\/openrouter\/(figures|format|spend\/model)\.ts$/;
const mayImportVscode = ["editor", "extension.ts"];

const part = (path: string) => path.split("/")[1] ?? "";

/** What a file imports, statically or not, types included. */
function imports(path: string): string[] {
  const specifiers = read(path).matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...specifiers].map(([, specifier]) => specifier!);
}

describe("architecture", () => {
  it("has sources to look at", () => assert.ok(sources.length > 30));

  for (const path of sources)
    it(path, () => {
      const text = read(path);
      const own = part(path);
      const allowed = mayImport[own];
      assert.ok(allowed, `src/${own} is no part of the layout`);
      for (const specifier of imports(path)) {
        if (specifier === "vscode") assert.ok(mayImportVscode.includes(own), "imports vscode");
        if (!specifier.startsWith(".")) continue;
        const target = posix.join(posix.dirname(path), specifier);
        // A bundle beside this one, or package.json: not a part of src.
        if (!/^src\/.*\.ts$/.test(target)) continue;
        assert.ok(allowed.includes(part(target)), `imports ${target}`);
        if (own === "webview" && part(target) === "openrouter") assert.match(target, mayBeInBrowser);
      }
      assert.ok(text.split("\n").length <= 301, "has more than 300 lines");
      if (own === "mcp" || own === "openrouter")
        assert.doesNotMatch(
          text,
          /console\.(log|info|debug|table|dir)\b|process\.stdout/,
          "stdout carries the protocol",
        );
    });

  it("holds no real-looking key in any file that is or will be committed", () => {
    const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
    assert.ok(files.length > 10);
    const key = /sk-or-v1-[0-9a-f]{64}/i;
    assert.deepEqual(
      [...new Set(files)].filter((file) => {
        try {
          return key.test(read(file));
        } catch {
          return false; // deleted, not yet committed
        }
      }),
      [],
    );
  });
});
