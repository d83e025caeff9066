// Runs the tests in tiers: `node test/support/run/tiers.ts [unit] [wire] [editor] [oldest]`; by default, the first three.
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type Job, runInLanes } from "./lanes.ts";
import { addTotals, emptyTotals } from "./record.ts";

interface Tier {
  /** Returns the tier's jobs, in about `parts` parts. */
  jobs(parts: number): Job[];
  prepare?(): Promise<void>;
}

const LANES = Number(process.env.OPENROUTER_TEST_LANES) || Math.min(2, availableParallelism());

/** The last measured duration, in seconds, of each file that takes more than one; written by `--measure`. */
const DURATIONS = new URL("durations.json", import.meta.url);
const measured: Record<string, number> = JSON.parse(readFileSync(DURATIONS, "utf8"));
const UNMEASURED = 1;
/** The assumed duration of an editor suite that was not measured yet. */
const UNMEASURED_EDITOR = 60;
/** The files of a folder share one editor in one job, up to this duration: longer jobs would leave a lane idle at the end. */
const MAX_JOB_SECONDS = 120;

const TIERS: Record<string, Tier> = {
  unit: { jobs: (parts) => split("unit", ["test/unit"], parts) },
  wire: { jobs: (parts) => split("wire", ["test/sdk", "test/mcp", "test/clients", "test/soak"], parts) },
  editor: { jobs: folders, prepare: async () => (await import("../../vscode/host/prepare.ts")).prepare() },
};
/** Runs only if named, since building an old VS Code takes minutes. */
const OLDEST: Tier = {
  jobs: () => [{ name: "oldest", files: filesIn("test/oldest") }],
  prepare: async () => void (await (await import("../../vscode/host/installOldest.ts")).ensureOldestHost()),
};
const ALL_TIERS: Record<string, Tier> = { ...TIERS, oldest: OLDEST };

const measure = process.argv.includes("--measure");
const named = process.argv.slice(2).filter((name) => !name.startsWith("--"));
for (const name of named)
  if (!(name in ALL_TIERS)) throw new Error(`Unknown tier ${name}; expected ${Object.keys(ALL_TIERS).join(", ")}.`);

// When this process exits, the Mocha processes end, and with them their editors.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const inTiers = ["unit", "sdk", "mcp", "clients", "soak", "vscode", "oldest"].map((folder) => `test/${folder}/`);
const stray = globSync("test/**/*.test.ts").filter((file) => !inTiers.some((folder) => file.startsWith(folder)));
if (stray.length > 0) throw new Error(`No tier includes ${stray.join(", ")}.`);

const began = Date.now();
const all = emptyTotals();
const lines: string[] = [];
const wanted = named.length === 0 ? Object.keys(TIERS) : Object.keys(ALL_TIERS).filter((name) => named.includes(name));
// Two editors already use two cores completely: another tier beside them would only make tests exceed their timeouts.
for (const name of wanted) await runTier(name, LANES);
if (measure) writeDurations(all.durations);
report();

async function runTier(name: string, lanes: number): Promise<void> {
  const { jobs, prepare } = ALL_TIERS[name]!;
  const start = Date.now();
  const totals = await prepared(prepare)
    .then(() => runInLanes(jobs(lanes), lanes))
    .catch((error) => {
      console.error(error);
      return { ...emptyTotals(), failed: [`the tier ${name} did not run: ${error}`] };
    });
  addTotals(all, totals);
  lines.push(`  ${name}: ${totals.passed} passing, ${totals.failed.length} failing (${seconds(start)} s)`);
}

async function prepared(prepare: Tier["prepare"]): Promise<void> {
  await prepare?.();
}

/** Prints the results; the last lines are the totals in Mocha's format. */
function report(): void {
  console.log(`\n== all ==\n${lines.join("\n")}`);
  for (const [what, titles] of [
    ["retried", all.retried],
    ["failed, and passed when its file ran again", all.failedFirst.filter((title) => !all.failed.includes(title))],
    ["failed", all.failed],
  ] as const)
    for (const title of titles) console.log(`  ${what}: ${title}`);
  console.log(`\n  ${all.passed} passing (${seconds(began)} s)`);
  if (all.pending > 0) console.log(`  ${all.pending} pending`);
  console.log(`  ${all.failed.length} failing`);
  process.exitCode = all.failed.length > 0 ? 1 : 0;
}

/** Distributes the folders' tests over `parts` jobs of about equal duration. */
function split(name: string, places: string[], parts: number): Job[] {
  const files = places.flatMap(filesIn).sort((a, b) => cost([b]) - cost([a]));
  const jobs = Array.from(
    { length: parts },
    (_, i): Job => ({ name: parts > 1 ? `${name} ${i + 1}` : name, files: [] }),
  );
  for (const file of files) jobs.toSorted((a, b) => cost(a.files) - cost(b.files))[0]!.files.push(file);
  return jobs.filter((job) => job.files.length > 0);
}

/** Returns jobs for each folder of editor tests, the longest jobs first. */
function folders(): Job[] {
  const byFolder = Map.groupBy(filesIn("test/vscode"), (file) => file.split("/").at(-2)!);
  const jobs = [...byFolder].flatMap(([folder, files]) => {
    const parts: string[][] = [];
    for (const file of files) {
      const last = parts.at(-1);
      if (last && cost([...last, file]) <= MAX_JOB_SECONDS) last.push(file);
      else parts.push([file]);
    }
    return parts.map((part, i) => ({
      name: parts.length > 1 ? `${folder} ${i + 1}` : folder,
      files: part,
      runsAgain: true,
    }));
  });
  return jobs.sort((a, b) => cost(b.files) - cost(a.files));
}

function filesIn(folder: string): string[] {
  const files = globSync(`${folder}/**/*.test.ts`).sort();
  if (files.length === 0) throw new Error(`${folder} has no tests.`);
  return files;
}

function cost(files: string[]): number {
  return files.reduce((sum, file) => sum + (measured[file] ?? (isEditors(file) ? UNMEASURED_EDITOR : UNMEASURED)), 0);
}

function isEditors(file: string): boolean {
  return file.startsWith("test/vscode/");
}

/** Writes the durations; keeps earlier ones of files that did not run but still exist. */
function writeDurations(durations: Map<string, number>): void {
  const now = [...durations].map(([file, ms]) => [file, Math.max(1, Math.round(ms / 1000))] as const);
  const all = Object.entries({ ...measured, ...Object.fromEntries(now) }).filter(([file]) => existsSync(file));
  const worthIt = all
    .filter(([file, seconds]) => isEditors(file) || seconds > UNMEASURED)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(DURATIONS, `${JSON.stringify(Object.fromEntries(worthIt), null, 2)}\n`);
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
