// Runs the tests in tiers: `node test/support/run/tiers.ts [unit] [wire] [editor]`, all of them unless some are named.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type Job, runInLanes } from "./lanes.ts";
import { addTotals, emptyTotals, type Totals } from "./record.ts";

interface Tier {
  jobs(): Job[];
  lanes: number;
  prepare?(): Promise<void>;
}

const LANES = Number(process.env.OPENROUTER_TEST_LANES) || Math.min(2, availableParallelism());

/** Seconds that each file took when it was last measured: `node test/support/run/tiers.ts --measure`. */
const DURATIONS = new URL("durations.json", import.meta.url);
const UNMEASURED = 30;
/** Files of a folder share an editor in one job, up to so many seconds: longer jobs would leave a lane idle at the end. */
const MAX_JOB_SECONDS = 120;

const TIERS: Record<string, Tier> = {
  unit: { lanes: 1, jobs: () => [job("unit", "test/unit")] },
  wire: { lanes: 1, jobs: () => ["sdk", "mcp", "clients", "soak"].map((name) => job(name, `test/${name}`)) },
  editor: {
    lanes: LANES,
    jobs: editorJobs,
    prepare: async () => (await import("../../vscode/host/prepare.ts")).prepare(),
  },
};

const measure = process.argv.includes("--measure");
const named = process.argv.slice(2).filter((name) => !name.startsWith("--"));
for (const name of named)
  if (!(name in TIERS)) throw new Error(`There is no tier ${name}, only ${Object.keys(TIERS)}.`);

// Mocha's processes are ended with this one, and end their editors.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const began = Date.now();
const all = emptyTotals();
const lines: string[] = [];
for (const [name, tier] of Object.entries(TIERS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const start = Date.now();
  const totals = await runTier(name, tier);
  addTotals(all, totals);
  lines.push(`  ${name}: ${totals.passed} passing, ${totals.failed.length} failing (${seconds(start)} s)`);
}
if (measure) writeDurations(all.durations);
report();

async function runTier(name: string, { jobs, lanes, prepare }: Tier): Promise<Totals> {
  console.log(`\n== ${name} ==`);
  try {
    await prepare?.();
    return await runInLanes(jobs(), lanes);
  } catch (error) {
    console.error(error);
    return { ...emptyTotals(), failed: [`the tier ${name} did not run: ${error}`] };
  }
}

/** Its last lines are the sums, in Mocha's own words. */
function report(): void {
  console.log(`\n== all ==\n${lines.join("\n")}`);
  for (const [what, titles] of [
    ["retried", all.retried],
    ["failed", all.failed],
  ] as const)
    for (const title of titles) console.log(`  ${what}: ${title}`);
  console.log(`\n  ${all.passed} passing (${seconds(began)} s)`);
  if (all.pending > 0) console.log(`  ${all.pending} pending`);
  console.log(`  ${all.failed.length} failing`);
  process.exitCode = all.failed.length > 0 ? 1 : 0;
}

function job(name: string, folder: string): Job {
  const files = globSync(`${folder}/**/*.test.ts`).sort();
  if (files.length === 0) throw new Error(`${folder} has no tests.`);
  return { name, files };
}

/** The files of each folder together, the longest jobs first. */
function editorJobs(): Job[] {
  const measured: Record<string, number> = JSON.parse(readFileSync(DURATIONS, "utf8"));
  const cost = (files: string[]) => files.reduce((sum, file) => sum + (measured[file] ?? UNMEASURED), 0);
  const byFolder = Map.groupBy(globSync("test/vscode/**/*.test.ts").sort(), (file) => file.split("/").at(-2)!);
  const jobs = [...byFolder].flatMap(([folder, files]) => {
    const parts: string[][] = [];
    for (const file of files) {
      const last = parts.at(-1);
      if (last && cost([...last, file]) <= MAX_JOB_SECONDS) last.push(file);
      else parts.push([file]);
    }
    return parts.map((part, i) => ({ name: parts.length > 1 ? `${folder} ${i + 1}` : folder, files: part }));
  });
  return jobs.sort((a, b) => cost(b.files) - cost(a.files));
}

function writeDurations(durations: Map<string, number>): void {
  const editor = [...durations].filter(([file]) => file.startsWith("test/vscode/"));
  if (editor.length === 0) return;
  const rounded = editor.map(([file, ms]) => [file, Math.round(ms / 1000)] as const);
  const sorted = Object.fromEntries(rounded.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(DURATIONS, `${JSON.stringify(sorted, null, 2)}\n`);
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
