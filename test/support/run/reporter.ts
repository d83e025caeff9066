import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import Mocha from "mocha";
import { RECORD_VARIABLE, type RecordLine } from "./record.ts";

/**
 * Mocha's spec reporter; also lists tests that needed a retry and, if the environment variable is set, writes each result to
 * its file at once, so that a crashed run leaves its results.
 */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    // Exit on SIGTERM, so that exit handlers end the processes that tests started.
    process.once("SIGTERM", () => process.exit(143));
    const file = process.env[RECORD_VARIABLE];
    const record = (line: RecordLine) => {
      if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
    };
    const retried: string[] = [];
    const started = new Map<Mocha.Suite, number>();
    runner.on("suite", (suite) => started.set(suite, Date.now()));
    runner.on("suite end", (suite) => {
      if (!suite.parent?.root || !suite.file) return;
      const ms = Date.now() - (started.get(suite) ?? Date.now());
      record({ kind: "duration", file: fromRoot(suite.file), ms });
    });
    for (const kind of ["pass", "fail", "pending"] as const)
      runner.on(kind, (test: Mocha.Test) => record({ kind, title: test.fullTitle(), file: fileOf(test) }));
    runner.on("retry", (test, error: unknown) => {
      const title = test.fullTitle();
      retried.push(title);
      record({ kind: "retry", title, file: fileOf(test) });
      console.log(`  retried: ${title}\n    ${`${error}`.split("\n").slice(0, 15).join("\n    ")}`);
    });
    runner.once("end", () => {
      if (retried.length > 0)
        console.log(`  ${retried.length} retried:\n${retried.map((one) => `    ${one}`).join("\n")}`);
      record({ kind: "end" });
    });
  }
}

/** Returns the file of a test or hook. */
function fileOf(test: Mocha.Test): string | undefined {
  const file = test.file ?? test.parent?.file;
  return file && fromRoot(file);
}

function fromRoot(file: string): string {
  return relative(process.cwd(), file);
}
