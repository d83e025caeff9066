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
  this.timeout(180_000);
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
    child.stdout.on("data", (chunk) => (output += chunk));
    try {
      await eventually(() => assert.match(output, /finished/));
      const file = "src/openrouter/time.ts";
      const text = readFileSync(join(folder, file), "utf8");
      const line = text.split("\n").length;
      writeFileSync(join(folder, file), `${text}const broken = ;\n`);
      await eventually(() =>
        assert.deepEqual(problemsIn(lastRun(output, background), pattern), [
          { file, line, column: 16, severity: "error" },
        ]),
      );
      writeFileSync(join(folder, file), text);
      await eventually(() => assert.deepEqual(problemsIn(lastRun(output, background), pattern), []));
      console.log(`      rebuilt: ${output.match(/finished.*/g)?.at(-1)}`);
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
      const pattern = typescript.problemPatterns[0]!;
      try {
        const line = text.split("\n").length;
        await eventually(
          () =>
            assert.deepEqual(problemsIn(lastRun(output, background), pattern), [
              { file, line, column: 14, severity: "error" },
            ]),
          60_000,
        );
        writeFileSync(join(folder, file), text);
        await eventually(() => assert.deepEqual(problemsIn(lastRun(output, background), pattern), []), 60_000);
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

/** Returns the output of the last complete run: VS Code considers a background task busy between these two lines. */
function lastRun(output: string, { beginsPattern, endsPattern }: Backgrounds): string {
  const matches = (pattern: Backgrounds[string] = "") => {
    const regexp = new RegExp(typeof pattern === "string" ? pattern : pattern.regexp);
    return (line: string) => regexp.test(line);
  };
  const lines = output.split("\n");
  const begin = lines.findLastIndex(matches(beginsPattern));
  const end = lines.findLastIndex(matches(endsPattern));
  assert.ok(begin >= 0 && begin < end, `No complete run in ${output}`);
  return lines.slice(begin, end).join("\n");
}
