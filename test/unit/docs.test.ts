import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { Rotation } from "../../src/openrouter/rotation/record.ts";
import { parts, wings } from "../support/layout.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const architecture = read("docs/architecture.md");
const { scripts } = JSON.parse(read("package.json"));

/** Folders that a build, an installation or a test creates. */
const GENERATED = /^(dist|node_modules|test-results|\.vscode-test)\//;
/** A folder ends in a slash; a file has an extension, and a folder unless it is in the root. */
const PATH = /^(\.?[\w-]+\/)+([\w.-]+\.\w+)?$|^[\w.-]+\.(ts|js|md|json|yml)$/;
const BUNDLES = [
  "extension.js",
  "web/extension.cjs",
  "server.js",
  "launcher.js",
  "sample.js",
  "leaks.cjs",
  "activity.js",
  "limits.js",
  "activity-app.html",
];

/** The texts between backticks, outside of blocks of code. */
function codeSpans(markdown: string): string[] {
  return [...markdown.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** A name alone, such as `wing.ts`, is a file of that name anywhere in src/. */
function fileExists(path: string): boolean {
  return (
    existsSync(new URL(path, root)) || (!path.includes("/") && globSync(`src/**/${path}`, { cwd: root }).length > 0)
  );
}

for (const page of ["docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md", ".github/pull_request_template.md"])
  describe(page, () => {
    const markdown = read(page);

    it("names files and folders that exist", () => {
      const paths = codeSpans(markdown).filter((text) => PATH.test(text) && !GENERATED.test(text));
      const missing = paths.filter((path) => !BUNDLES.includes(path) && !fileExists(path));
      assert.deepEqual(missing, []);
    });

    it("names npm scripts that exist", () => {
      const named = [...markdown.matchAll(/npm (?:run )?((?:test|[\w:]+)(?=[\s`]))/g)].map((match) => match[1]!);
      const missing = named.filter((script) => !(script in scripts) && !["ci", "install"].includes(script));
      assert.deepEqual(missing, []);
    });
  });

describe("docs/architecture.md", () => {
  it("lists the parts of src/ with what each may import, as the layout of the tests does", () => {
    const rows = [...architecture.matchAll(/^\| `src\/(\w+)\/` \|[^|]*\|([^|]*)\|$/gm)];
    const listed = rows.map(([, part = "", imports = ""]) => [part, codeSpans(imports)]);
    const { editor, ...rest } = Object.fromEntries(listed);
    assert.deepEqual(rest, parts);
    assert.deepEqual(editor, ["channel", "openrouter"]);
  });

  it("has the wings in the order of the layout", () => {
    const line = architecture.split("\n").find((text) => text.startsWith("    platform →"));
    assert.deepEqual(
      line
        ?.trim()
        .split(" → ")
        .map((rank) => rank.split(", ")),
      wings,
    );
  });

  it("describes each step of a rotation, in order", () => {
    const [, section = ""] = architecture.split("\n## The life of a rotation\n");
    const steps = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    assert.deepEqual(steps, Rotation.shape.step.options);
  });
});

interface Launch {
  configurations: { name: string; program?: string; preLaunchTask?: string; env?: Record<string, string> }[];
  compounds: { name: string; configurations: string[] }[];
}

const launch: Launch = JSON.parse(read(".vscode/launch.json").replace(/^\s*\/\/.*$/gm, ""));
const names = launch.configurations.map(({ name }) => name);

describe("CONTRIBUTING.md", () => {
  it("describes each launch configuration", () => {
    const table = read("CONTRIBUTING.md").split("| launch configuration |")[1]?.split("\n\n")[0] ?? "";
    assert.deepEqual(
      names.filter((name) => !table.includes(name)),
      [],
    );
  });
});

describe(".vscode/launch.json", () => {
  it("starts programs, tasks and configurations that exist", () => {
    const tasks: { label?: string; script?: string }[] = JSON.parse(read(".vscode/tasks.json")).tasks;
    const labels = tasks.map(({ label, script }) => label ?? `npm: ${script}`);
    for (const { name, program, preLaunchTask } of launch.configurations) {
      const file = program?.replace(/^\$\{workspaceFolder\}\//, "");
      assert.ok(!file || GENERATED.test(file) || existsSync(new URL(file, root)), `${name}: no ${program}`);
      assert.ok(!preLaunchTask || labels.includes(preLaunchTask), `${name}: no task ${preLaunchTask}`);
    }
    for (const compound of launch.compounds)
      for (const name of compound.configurations) assert.ok(names.includes(name), `${compound.name}: no ${name}`);
    for (const task of tasks) assert.ok(!task.script || task.script in scripts, `no script ${task.script}`);
  });

  it("sets no key", () => {
    for (const { name, env = {} } of launch.configurations)
      assert.deepEqual(
        Object.keys(env).filter((variable) => variable.includes("KEY")),
        [],
        name,
      );
  });
});

describe(".github/workflows/ci.yml", () => {
  const workflow = read(".github/workflows/ci.yml");

  it("runs npm scripts that exist", () => {
    const missing = [...workflow.matchAll(/npm run ([\w:]+)/g)].filter(([, script = ""]) => !(script in scripts));
    assert.deepEqual(missing, []);
  });

  it("pins each action by its commit and only reads the repository", () => {
    const actions = [...workflow.matchAll(/uses: (.*)/g)].map((match) => match[1]!);
    assert.ok(actions.length > 0);
    assert.deepEqual(
      actions.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/.test(action)),
      [],
    );
    assert.match(workflow, /^permissions:\n {2}contents: read\n\n/m);
    assert.equal(workflow.split("permissions:").length, 2);
  });
});
