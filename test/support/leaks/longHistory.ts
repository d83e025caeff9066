import { execFileSync } from "node:child_process";
import type { Planted } from "./plant.ts";
import { git } from "./repository.ts";

const [FILES, LINES, CHANGED_FILES, CHANGED_LINES] = [150, 300, 3, 5];
/** A key in each of so many commits, which the next change of the file removes. */
const PLANT_EVERY = 100;

/** Creates a repository with a history of 45,000 lines that each commit changes some of. The same at each run, but for the keys. */
export function createLongHistory(folder: string, commits: number, planted: Planted): void {
  git(folder, "init", "-q", "-b", "main");
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const words = ["const", "value", "index", "return", "await", "import", "class", "skip", "task", "ask", "service"];
  const line = () => Array.from({ length: 8 }, () => `${words[random(words.length)]}${random(1000)}`).join(" ");
  const files = Array.from({ length: FILES }, () => Array.from({ length: LINES }, line));
  const stream: string[] = [];
  for (let i = 0; i < commits; i++) {
    stream.push(
      `commit refs/heads/main\ncommitter A <a@example.com> ${1_700_000_000 + i * 60} +0000\ndata 6\nChange\n`,
    );
    const changed = i === 0 ? files.keys() : Array.from({ length: CHANGED_FILES }, () => random(FILES));
    for (const index of changed) {
      const file = files[index]!;
      for (let n = 0; n < CHANGED_LINES; n++) file[random(LINES)] = line();
      const key = i % PLANT_EVERY === 7 ? `key = "${planted.make(`commit ${i}, file ${index}`)}"\n` : "";
      const text = `${file.join("\n")}\n${key}`;
      stream.push(`M 100644 inline src/${index % 15}/${index}.ts\ndata ${text.length}\n${text}\n`);
    }
  }
  execFileSync("git", ["fast-import", "--quiet"], { cwd: folder, input: stream.join("") });
}
