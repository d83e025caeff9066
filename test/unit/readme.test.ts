import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { settingIds } from "../../src/editor/platform/ids.ts";
import { readmeWithTools } from "../support/toolTable.ts";

const root = new URL("../../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const strings: Record<string, string> = JSON.parse(readFileSync(new URL("package.nls.json", root), "utf8"));

describe("README", () => {
  it("links to pictures that exist, like the walkthrough", () => {
    const inReadme = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => match[1]!);
    const steps = manifest.contributes.walkthroughs.flatMap((one: { steps: object[] }) => one.steps);
    const inWalkthrough = steps.map((step: { media: { image: string } }) => step.media.image);
    assert.ok(inReadme.length >= 3);
    assert.equal(inWalkthrough.length, 4);
    for (const path of [...inReadme, ...inWalkthrough]) assert.ok(existsSync(new URL(path, root)), path);
  });

  it("documents every setting", () => {
    for (const id of Object.values(settingIds)) assert.ok(readme.includes(`\`${id}\``), id);
  });

  it("uses the commands' titles", () => {
    const titles = new Set(
      manifest.contributes.commands.map((one: { title: string }) => strings[one.title.slice(1, -1)]),
    );
    const named = [...readme.matchAll(/\*\*OpenRouter Admin: ([^*]+)\*\*/g)].map((match) => match[1]!);
    assert.ok(named.length >= 3);
    for (const title of named) assert.ok(titles.has(title), title);
  });

  it("names npm scripts that exist", () => {
    for (const [, script = ""] of readme.matchAll(/npm run ([\w:]+)/g)) assert.ok(script in manifest.scripts, script);
  });

  it("has the tables of tools that `npm run readme` generates", () => {
    assert.equal(readme, readmeWithTools());
  });
});
