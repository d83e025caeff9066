// Runs Mocha processes in lanes: each lane takes the next job as soon as it is free.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { LANE_VARIABLE } from "./laneFolder.ts";
import { addTotals, emptyTotals, RECORD_VARIABLE, readRecord, type Totals } from "./record.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MOCHA = join(ROOT, "node_modules/mocha/bin/mocha.js");

/** A Mocha process that is still there after so long hangs. */
const MAX_JOB_MS = 25 * 60_000;

/** The files of one Mocha process. */
export interface Job {
  name: string;
  files: string[];
}

/** Runs the jobs in their order in so many lanes and returns the sum of their results. */
export async function runInLanes(jobs: Job[], lanes: number): Promise<Totals> {
  const totals = emptyTotals();
  const waiting = [...jobs];
  const lane = async () => {
    const folder = await mkdtemp(join(tmpdir(), "openrouter-admin-lane-"));
    for (let job = waiting.shift(); job; job = waiting.shift()) addTotals(totals, await runJob(job, folder));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return totals;
}

async function runJob({ name, files }: Job, laneFolder: string): Promise<Totals> {
  const prefix = `[${name}] `;
  const temporary = await mkdtemp(join(tmpdir(), "openrouter-admin-record-"));
  const record = join(temporary, "results.jsonl");
  const colour = process.stdout.isTTY ? ["--color"] : [];
  const child = spawn(process.execPath, [MOCHA, "--exit", ...colour, ...files], {
    cwd: ROOT,
    env: { ...process.env, [RECORD_VARIABLE]: record, [LANE_VARIABLE]: laneFolder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    pass(from, to, prefix);
  // Mocha ends what its tests started when it is asked to end.
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  const timer = setTimeout(() => {
    console.log(`${prefix}${name} is ended after ${MAX_JOB_MS / 60_000} minutes`);
    stop();
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
  }, MAX_JOB_MS);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      console.error(error);
      resolve(null);
    });
    child.once("close", resolve);
    // A process that it left behind may keep its output open.
    child.once("exit", (ended) =>
      setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        resolve(ended);
      }, 5_000).unref(),
    );
  });
  clearTimeout(timer);
  process.off("exit", stop);
  const totals = readRecord(await readFile(record, "utf8").catch(() => ""), name);
  await rm(temporary, { recursive: true, force: true });
  if (code !== 0 && totals.failed.length === 0) totals.failed.push(`${name} ended with ${code}`);
  return totals;
}

/** Passes output on by lines, so that those of two lanes do not mix. */
function pass(from: Readable, to: NodeJS.WritableStream, prefix: string): void {
  createInterface({ input: from }).on("line", (line) => to.write(`${prefix}${line}\n`));
}
