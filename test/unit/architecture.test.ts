import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describeImport, findCircles, type Import, importsOf, readSource, sources } from "../support/importGraph.ts";
import { allowedImports, findPart } from "../support/layout.ts";

const root = new URL("../../", import.meta.url);
const imports = sources.flatMap((path) => importsOf(path));

/** Core modules that browser code may load: the spend model and formats, which need no account. */
const mayBeInBrowser =
  /^src\/openrouter\/(text\/(figures|fold|format)|time|foresight\/(unusual|forecast\/texts)|(spend|foresight\/(explain|forecast|whatIf))\/model)\.ts$/;

/** Returns imports of a later part or a part on the same level. */
function upward(all: readonly Import[]): Import[] {
  return all.filter(({ from, to }) => {
    if (to === undefined || findPart(from) === findPart(to)) return false;
    return !allowedImports(findPart(from))?.has(findPart(to));
  });
}

describe("architecture", () => {
  it("finds the sources", () => assert.ok(sources.length > 30));

  for (const path of sources)
    it(path, () => {
      const own = findPart(path);
      assert.ok(allowedImports(own), `${own} is not part of the layout`);
      const ownImports = importsOf(path);
      assert.deepEqual(upward(ownImports).map(describeImport), []);
      if (!/^(editor|extension)/.test(own))
        assert.deepEqual(ownImports.filter(({ specifier }) => specifier === "vscode").map(describeImport), []);
      // Browser code may only load modules that need no account.
      const core = own === "webview" ? ownImports.filter(({ to }) => to && findPart(to) === "openrouter") : [];
      assert.deepEqual(core.filter(({ to = "" }) => !mayBeInBrowser.test(to)).map(describeImport), []);
      const text = readSource(path);
      assert.ok(text.split("\n").length <= 301, "has more than 300 lines");
      // Stdout is reserved for the MCP protocol.
      if (own === "mcp" || own === "openrouter")
        assert.doesNotMatch(text, /console\.(log|info|debug|table|dir)\b|process\.stdout/);
    });

  it("has no circular imports", () => {
    assert.deepEqual(
      findCircles(imports).map((circle) => circle.map(describeImport)),
      [],
    );
  });

  it("reports circular and upward imports by file and line", () => {
    const at = (path: string, text: string) => importsOf(path, text);
    const planted = [
      ...at("src/openrouter/a.ts", 'import type { B } from "./b.ts";\n'),
      ...at("src/openrouter/b.ts", '\n\nconst c = await import("./c.ts");\n'),
      ...at("src/openrouter/c.ts", 'export { a } from "./a.ts";\nimport { x } from "../editor/keys/x.ts";\n'),
      ...at("src/editor/keys/x.ts", 'import { y } from "../guardrails/y.ts";\n'),
      ...at("src/editor/credits/z.ts", 'import { y } from "../members/y.ts";\nimport { z } from "../ui/z.ts";\n'),
    ];
    assert.deepEqual(
      findCircles(planted).map((circle) => circle.map(describeImport)),
      [
        [
          "src/openrouter/a.ts:1 imports src/openrouter/b.ts",
          "src/openrouter/b.ts:3 imports src/openrouter/c.ts",
          "src/openrouter/c.ts:1 imports src/openrouter/a.ts",
        ],
      ],
    );
    assert.deepEqual(upward(planted).map(describeImport), [
      "src/openrouter/c.ts:2 imports src/editor/keys/x.ts",
      "src/editor/keys/x.ts:1 imports src/editor/guardrails/y.ts",
      "src/editor/credits/z.ts:1 imports src/editor/members/y.ts",
    ]);
  });

  after(() => {
    const inside = imports.filter(({ to }) => to !== undefined);
    const summary = [
      `${sources.length} files, ${inside.length} imports`,
      `${findCircles(imports).length} circles, ${upward(imports).length} upward`,
    ];
    console.log(`    import graph: ${summary.join("; ")}`);
  });

  it("shows paths of files only as safe labels: a repository can name a file like a link or an icon", () => {
    const unsafe = sources.filter((path) =>
      /(?<!(?:safeLabel|shownName)\()vscode\.workspace\.asRelativePath\(/.test(readSource(path)),
    );
    assert.deepEqual(unsafe, []);
  });

  it("imports zod as a namespace: its export `z` brings all of its languages into a bundle", () => {
    const whole = sources.filter((path) => /import (?!type\b|\* as z\b).* from "zod"/.test(readSource(path)));
    assert.deepEqual(whole, []);
  });

  it("contains no text that looks like a real key in any tracked or new file", () => {
    const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
    assert.ok(files.length > 10);
    const key = /sk-or-v1-[0-9a-f]{64}/i;
    const read = (path: string) => readFileSync(new URL(path, root), "utf8");
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
