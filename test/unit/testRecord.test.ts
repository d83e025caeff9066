import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { PassThrough } from "node:stream";
import { runInLanes } from "../support/run/lanes.ts";
import { countRecord, failedFiles, readLines } from "../support/run/record.ts";

const line = (kind: string, file?: string) => JSON.stringify({ kind, title: `${kind} in ${file}`, file });
const END = JSON.stringify({ kind: "end" });

describe("the record of a test run", () => {
  for (const [what, text, failed] of [
    ["nothing failed", [line("pass", "a"), line("pass", "b"), END], []],
    ["one file failed", [line("fail", "a"), line("pass", "a"), line("pass", "b"), END], ["a"]],
    ["a failure without a file", [line("fail"), line("pass", "b"), END], ["a", "b"]],
    ["an interrupted run", [line("fail", "a"), line("pass", "b"), '{"kind":"pa'], ["a", "b"]],
    ["no record", [], ["a", "b"]],
  ] as const)
    it(`lists the files to rerun: ${what}`, () => {
      assert.deepEqual(failedFiles(readLines(text.join("\n")), ["a", "b"]), failed);
    });

  it("counts an interrupted or empty run as failed", () => {
    assert.deepEqual(countRecord(readLines(line("pass", "a")), "job").failed, ["job did not finish"]);
    assert.deepEqual(countRecord(readLines(END), "job").failed, ["job ran no test"]);
  });
});

describe("rerun of a file with a failed test", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(import.meta.dirname, "../../test-results-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const quiet = () => new PassThrough().resume();

  /** Writes a file with two tests, of which the second fails in the first `failures` runs. */
  async function write(name: string, failures: number): Promise<string> {
    const file = join(folder, name);
    const count = JSON.stringify(`${file}.count`);
    await writeFile(
      file,
      `const { existsSync, readFileSync, writeFileSync } = require("node:fs");
      const runs = existsSync(${count}) ? Number(readFileSync(${count}, "utf8")) : 0;
      writeFileSync(${count}, String(runs + 1));
      describe("${name}", () => {
        it("passes", () => {});
        it("fails at first", () => { if (runs < ${failures}) throw new Error("not yet"); });
      });`,
    );
    return relative(process.cwd(), file);
  }

  it("repeats the whole file once and replaces its counts", async () => {
    const [never, once] = [await write("never.cjs", 0), await write("once.cjs", 1)];
    const totals = await runInLanes([{ name: "job", files: [never, once], runsAgain: true }], 1, quiet());
    assert.deepEqual([totals.passed, totals.failed, totals.failedFirst], [4, [], ["once.cjs fails at first"]]);
  });

  it("counts as failed if it fails again or may not be rerun", async () => {
    for (const [name, runsAgain] of [
      ["twice.cjs", true],
      ["single.cjs", false],
    ] as const) {
      const file = await write(name, 2);
      const totals = await runInLanes([{ name: "job", files: [file], runsAgain }], 1, quiet());
      assert.deepEqual([totals.passed, totals.failed], [1, [`${name} fails at first`]]);
    }
  });
});
