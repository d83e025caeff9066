// Runs Mocha processes in parallel lanes; each lane takes the next job when it is free.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { LANE_VARIABLE } from "./laneFolder.ts";
import {
  addTotals,
  countRecord,
  emptyTotals,
  failedFiles,
  RECORD_VARIABLE,
  type RecordLine,
  readLines,
  type Totals,
} from "./record.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MOCHA = join(ROOT, "node_modules/mocha/bin/mocha.js");

/** A Mocha process that runs longer than this hangs. */
const MAX_JOB_MS = 25 * 60_000;

/** The files of one Mocha process. */
export interface Job {
  name: string;
  files: string[];
  /** True if files with failed tests are run once more; their names are printed. */
  runsAgain?: boolean;
}

/** Runs the jobs in order in this many lanes, prints their output to `out`, and returns their total results. */
export async function runInLanes(
  jobs: Job[],
  lanes: number,
  out: NodeJS.WritableStream = process.stdout,
): Promise<Totals> {
  const totals = emptyTotals();
  const waiting = [...jobs];
  const lane = async () => {
    const folder = await mkdtemp(join(tmpdir(), "openrouter-admin-lane-"));
    for (let job = waiting.shift(); job; job = waiting.shift()) addTotals(totals, await runJob(job, folder, out));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return totals;
}

async function runJob(job: Job, laneFolder: string, out: NodeJS.WritableStream): Promise<Totals> {
  const lines = await runMocha(job, laneFolder, out);
  const totals = countRecord(lines, job.name);
  if (!job.runsAgain || totals.failed.length === 0) return totals;
  // Run the whole file again: a failed test leaves the editor in a state in which later tests fail, too.
  const again = failedFiles(lines, job.files);
  out.write(`[${job.name}] runs again: ${again.join(", ")}\n`);
  const kept = lines.filter((line) => line.kind === "end" || !again.includes(line.file ?? ""));
  const sum = again.length < job.files.length ? countRecord(kept, job.name) : emptyTotals();
  addTotals(sum, countRecord(await runMocha({ ...job, files: again }, laneFolder, out), job.name));
  sum.failedFirst.push(...totals.failed);
  return sum;
}

/** Runs the files in one Mocha process and returns what it recorded. */
async function runMocha({ name, files }: Job, laneFolder: string, out: NodeJS.WritableStream): Promise<RecordLine[]> {
  const prefix = `[${name}] `;
  const temporary = await mkdtemp(join(tmpdir(), "openrouter-admin-record-"));
  const record = join(temporary, "results.jsonl");
  const color = process.stdout.isTTY ? ["--color"] : [];
  const child = spawn(process.execPath, [MOCHA, "--exit", ...color, ...files], {
    cwd: ROOT,
    env: { ...process.env, [RECORD_VARIABLE]: record, [LANE_VARIABLE]: laneFolder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  prefixLines(child.stdout, out, prefix);
  prefixLines(child.stderr, process.stderr, prefix);
  // On SIGTERM, Mocha ends the processes that its tests started.
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  const timer = setTimeout(() => {
    console.log(`${prefix}${name} was stopped after ${MAX_JOB_MS / 60_000} minutes`);
    stop();
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
  }, MAX_JOB_MS);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      console.error(error);
      resolve(null);
    });
    child.once("close", resolve);
    // A process left behind may keep the output open.
    child.once("exit", (ended) =>
      setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        resolve(ended);
      }, 5_000).unref(),
    );
  });
  clearTimeout(timer);
  process.off("exit", stop);
  const lines = readLines(await readFile(record, "utf8").catch(() => ""));
  await rm(temporary, { recursive: true, force: true });
  if (code !== 0 && !lines.some(({ kind }) => kind === "fail"))
    lines.splice(-1, 0, { kind: "fail", title: `${name} ended with ${code}` });
  return lines;
}

/** Prints a stream line by line with a prefix, so that the lines of two lanes don't mix. */
function prefixLines(from: Readable, to: NodeJS.WritableStream, prefix: string): void {
  createInterface({ input: from }).on("line", (line) => to.write(`${prefix}${line}\n`));
}
