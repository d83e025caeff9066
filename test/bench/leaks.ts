import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { findSecrets } from "../../src/leaks/detect/findSecrets.ts";
import { startSweep } from "../../src/leaks/startSweep.ts";
import { listCorpus, plantFiles } from "../support/leaks/corpus.ts";
import { createLongHistory } from "../support/leaks/longHistory.ts";
import { Planted } from "../support/leaks/plant.ts";
import { loadSecretlint, PATTERN_RULE } from "./secretlint.ts";
import type { Row } from "./table.ts";

const COMMITS = 2_000;
const sweep = (folder: string, history: boolean) =>
  startSweep({ folders: [folder], history }, { signal: new AbortController().signal, onProgress() {} });

/** Compares what is found in planted files with what secretlint finds with its recommended rules and one for this pattern. */
export async function leakRecall(): Promise<{ rows: Row[]; peer: string }> {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-bench-"));
  try {
    const planted = new Planted();
    plantFiles(folder, planted);
    const files = listCorpus(folder);
    const secrets = (await sweep(folder, false)).secrets;
    const ours = new Set(
      secrets.flatMap(({ places }) => places.flatMap((one) => (one.kind === "file" ? [one.path] : []))),
    );
    const secretlint = await loadSecretlint();
    const theirs = new Set<string>();
    const byRecommendedRules = new Set<string>();
    for (const { path } of files) {
      const source = { path, ext: extname(path), content: readFileSync(path, "utf8") };
      for (const rule of (await secretlint?.rulesThatReport(source)) ?? []) {
        theirs.add(path);
        if (rule !== PATTERN_RULE) byRecommendedRules.add(path);
      }
    }
    const count = (found: Set<string>, isPlanted: boolean) =>
      files.filter((file) => file.isPlanted === isPlanted && found.has(file.path)).length;
    const number = (isPlanted: boolean) => files.filter((file) => file.isPlanted === isPlanted).length;
    const both = (measure: (found: Set<string>) => number) => ({
      ours: measure(ours),
      theirs: secretlint ? measure(theirs) : "unavailable",
    });
    const rows: Row[] = [
      { measure: "files with a planted key", ours: number(true), theirs: number(true) },
      { measure: "  of them found", ...both((found) => count(found, true)), target: "all" },
      { measure: "  without the pattern", ours: "", theirs: count(byRecommendedRules, true) },
      { measure: "  recall", ...both((found) => count(found, true) / number(true)), target: "1" },
      { measure: "files that only look like it", ours: number(false), theirs: number(false) },
      { measure: "  of them reported", ...both((found) => count(found, false)), target: "0" },
      { measure: "  precision", ...both((found) => count(found, true) / Math.max(1, found.size)), target: "1" },
    ];
    return { rows, peer: secretlint?.name ?? "secretlint" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Measures the search of a long history beside Git's own search for changes that match the pattern. */
export async function leakHistory(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-bench-"));
  try {
    createLongHistory(folder, COMMITS, new Planted());
    const seconds = async (run: () => unknown) => {
      const start = performance.now();
      await run();
      return (performance.now() - start) / 1000;
    };
    const search = ["log", "--all", "--reflog", "-G", "sk-or-v1-[0-9a-f]{64}", "--format=%H"];
    const theirs = await seconds(() => execFileSync("git", search, { cwd: folder, stdio: "ignore" }));
    const ours = await seconds(() => sweep(folder, true));
    const text = "const value = compute(index, 'ok-or-not'); // skip this task\n".repeat(160_000);
    const megabytes = text.length / 1_000_000;
    return [
      { measure: `history of ${COMMITS} commits, s`, ours, theirs, target: "<= theirs + 20" },
      {
        measure: "text searched per second, MB",
        ours: megabytes / (await seconds(() => findSecrets(text))),
        theirs: "",
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
