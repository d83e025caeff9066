import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, relative } from "node:path";
import { eventually } from "../host/eventually.ts";
import { ensureHost } from "../host/install.ts";
import { inRepo } from "../host/paths.ts";

// The Problems view is filled by the problem matchers of .vscode/tasks.json: they must match what the tools print.

interface Pattern {
  regexp: string;
  file: number;
  line: number;
  column: number;
  severity: number;
  message: number;
}
interface Task {
  label?: string;
  script?: string;
  command?: string;
  problemMatcher: string | { base?: string; pattern?: Pattern; background?: Record<string, string> };
}

const tasks: Task[] = JSON.parse(readFileSync(inRepo(".vscode/tasks.json"), "utf8")).tasks;

describe("problem matchers of the tasks", function () {
  this.timeout(120_000);
  let folder: string;
  /** `$tsc` and `$tsc-watch` of the VS Code that is installed for the tests. */
  let typescript: { problemPatterns: Pattern[]; problemMatchers: { name: string; background: Backgrounds }[] };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-problems-"));
    for (const name of ["src", "package.json", "tsconfig.json", "biome.json", "esbuild.js", "notices.js", ".gitignore"])
      cpSync(inRepo(name), join(folder, name), { recursive: true });
    symlinkSync(inRepo("node_modules"), join(folder, "node_modules"));
    const { codeServer } = await ensureHost();
    const vscode = join(codeServer, "../../../lib/vscode/extensions/typescript-language-features/package.json");
    typescript = JSON.parse(readFileSync(vscode, "utf8")).contributes;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("finds what `npm run watch` says of a broken file, between a begin and an end", async () => {
    const { pattern, background } = matcherOf(tasks.find(({ script }) => script === "watch"));
    const child = spawn(process.execPath, ["esbuild.js", "--watch"], { cwd: folder });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    try {
      await eventually(() => assert.match(output, /finished/));
      const file = "src/openrouter/time.ts";
      const text = readFileSync(join(folder, file), "utf8");
      output = "";
      writeFileSync(join(folder, file), `${text}const broken = ;\n`);
      await eventually(() => assert.match(output, /finished/));
      const line = text.split("\n").length;
      assert.deepEqual(problemsIn(output, pattern), [{ file, line, column: 16, severity: "error" }]);
      assertBackground(output, background);

      output = "";
      writeFileSync(join(folder, file), text);
      await eventually(() => assert.match(output, /finished/));
      assert.deepEqual(problemsIn(output, pattern), []);
      assertBackground(output, background);
      console.log(`      rebuilt: ${/finished.*/.exec(output)}`);
    } finally {
      child.kill();
    }
  });

  for (const [label, file] of [
    ["types", "src/openrouter/time.ts"],
    ["webview types", "src/webview/dom.ts"],
  ] as const)
    it(`finds what the task "${label}" says of a wrong type, and of its end`, async () => {
      const task = tasks.find((one) => one.label === label);
      const matcher = task?.problemMatcher;
      assert.equal(typeof matcher === "object" ? matcher.base : matcher, "$tsc-watch");
      const { background } = typescript.problemMatchers.find(({ name }) => name === "tsc-watch")!;
      const text = readFileSync(join(folder, file), "utf8");
      writeFileSync(join(folder, file), `${text}export const wrong: number = "";\n`);
      const [command = "", ...args] = task?.command?.split(" ") ?? [];
      const child = spawn(command, args, { cwd: folder, detached: true });
      let output = "";
      child.stdout.on("data", (chunk) => (output += chunk));
      try {
        await eventually(() => assert.match(output, /Watching/), 60_000);
        const line = text.split("\n").length;
        assert.deepEqual(problemsIn(output, typescript.problemPatterns[0]!), [
          { file, line, column: 14, severity: "error" },
        ]);
        assertBackground(output, background);
        output = "";
        writeFileSync(join(folder, file), text);
        await eventually(() => assert.match(output, /Watching/), 60_000);
        assert.deepEqual(problemsIn(output, typescript.problemPatterns[0]!), []);
        assertBackground(output, background);
      } finally {
        process.kill(-child.pid!);
      }
    });

  it('finds what the task "lint" says of lint and of format', () => {
    const { pattern } = matcherOf(tasks.find(({ label }) => label === "lint"));
    const files = ["src/openrouter/time.ts", "src/openrouter/pages.ts"];
    writeFileSync(join(folder, files[0]!), "export const same = 1 == 1;\n");
    writeFileSync(join(folder, files[1]!), "export  const spaced = 1;\n");
    const output = lint(folder);
    const found = problemsIn(output, pattern).map(({ file, line, severity }) => ({
      // Biome prints absolute paths; the matcher takes both.
      file: isAbsolute(file) ? relative(folder, file) : file,
      line,
      severity,
    }));
    for (const file of files)
      assert.ok(
        found.some((one) => one.file === file && one.line === 1 && one.severity === "error"),
        output,
      );
  });
});

type Backgrounds = Record<string, string | { regexp: string }>;

function matcherOf(task: Task | undefined): { pattern: Pattern; background: Backgrounds } {
  assert.ok(typeof task?.problemMatcher === "object");
  return task.problemMatcher as { pattern: Pattern; background: Backgrounds };
}

function lint(cwd: string): string {
  try {
    return execFileSync("npx", ["biome", "check", ".", "--reporter=github"], {
      ...{ cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    });
  } catch (error) {
    // There are problems.
    return (error as { stdout: string }).stdout;
  }
}

function problemsIn(output: string, { regexp, file, line, column, severity }: Pattern) {
  return output.split("\n").flatMap((text) => {
    const match = new RegExp(regexp).exec(text);
    if (!match) return [];
    return [
      { file: match[file]!, line: Number(match[line]), column: Number(match[column]), severity: match[severity]! },
    ];
  });
}

/** VS Code takes a task for running between these two lines. */
function assertBackground(output: string, { beginsPattern, endsPattern }: Backgrounds): void {
  const source = (pattern: Backgrounds[string] = "") => (typeof pattern === "string" ? pattern : pattern.regexp);
  const matches = output.split("\n").flatMap((line) => {
    if (new RegExp(source(beginsPattern)).test(line)) return ["begins"];
    return new RegExp(source(endsPattern)).test(line) ? ["ends"] : [];
  });
  assert.deepEqual(matches.slice(-2), ["begins", "ends"], output);
}
