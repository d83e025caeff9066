import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findStagedLeaks, type SearchedObjects } from "../../src/editor/leaks/live/stagedFiles.ts";
import { ALLOW_MARKER } from "../../src/leaks/ignore.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

describe("the search of staged files", () => {
  const root = mkdtempSync(join(tmpdir(), "openrouter-admin-index-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
  const write = (name: string, content: string | Buffer) => writeFileSync(join(root, name), content);
  const searched: SearchedObjects = new Map();
  const leaks = async () =>
    new Map(
      (await findStagedLeaks({ git: "git", root }, searched)).flatMap(({ path, secrets, allowed }) => [
        ...(secrets.length > 0 ? [[path, secrets] as const] : []),
        ...(allowed.length > 0 ? [[path, allowed.map((one) => `${one} is allowed`)] as const] : []),
      ]),
    );

  const [first, second, third] = [makeSecret(), makeSecret(), makeSecret()] as const;

  it("finds the secrets of new files before the first commit, in any encoding and under any name", async () => {
    git("init", "--quiet");
    git("config", "core.quotePath", "true");
    assert.deepEqual(await leaks(), new Map());
    write("a.ts", `f("${first}");\nf("${second}");\n`);
    write("ü b\nc.env", `A=${Buffer.from(second).toString("base64")}\n`);
    write("utf16.txt", Buffer.from(`\uFEFFkey: ${third}`, "utf16le"));
    write("allowed.ts", `// ${ALLOW_MARKER}\nf("${third}");\n`);
    write("binary.bin", Buffer.concat([Buffer.alloc(1000, 0), Buffer.from(first), Buffer.alloc(1000, 1)]));
    write("none.ts", `f("${first.slice(0, -1)}");\n`);
    write("empty", "");
    git("add", ".");
    assert.deepEqual(
      await leaks(),
      new Map([
        ["a.ts", [first, second]],
        ["allowed.ts", [`${third} is allowed`]],
        ["utf16.txt", [third]],
        ["ü b\nc.env", [second]],
      ]),
    );
  });

  it("finds only what the last commit doesn't contain in the file, also in a renamed one", async () => {
    git("commit", "--quiet", "--message", "first");
    assert.deepEqual(await leaks(), new Map());
    git("mv", "a.ts", "renamed.ts");
    write("renamed.ts", `f("${first}");\nf("${second}");\ng("${third}");\n`);
    git("rm", "--quiet", "utf16.txt");
    write("unstaged.ts", third);
    git("add", "renamed.ts");
    assert.deepEqual(await leaks(), new Map([["renamed.ts", [third]]]));
  });

  it("finds each of any number of files, and remembers only what is staged", async () => {
    const known = searched.size;
    const contents = [...Array.from({ length: 5_100 }, (_, i) => [`${i}`, `x${i}`]), [".env", third]];
    const files = contents.map(([name = "", text = ""]) => `M 100644 inline ${name}\ndata ${text.length}\n${text}\n`);
    const input = ["commit refs/heads/many\ncommitter T <t@example.com> 0 +0000\ndata 1\nx\n", ...files].join("");
    execFileSync("git", ["fast-import", "--quiet"], { cwd: root, input });
    git("read-tree", "--prefix=many/", "many");
    for (let i = 0; i < 2; i++) assert.deepEqual((await leaks()).get("many/.env"), [third]);
    git("rm", "--quiet", "--cached", "-r", "many");
    assert.deepEqual(await leaks(), new Map([["renamed.ts", [third]]]));
    assert.equal(searched.size, known);
  });

  it("ignores the configuration of the repository, and a repository within", async () => {
    const marker = join(root, "started");
    git("config", "core.fsmonitor", `touch ${marker};`);
    git("config", "diff.external", `touch ${marker};`);
    git("init", "--quiet", "inner");
    execFileSync(
      "git",
      ["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "--allow-empty", "-m", "x"],
      {
        cwd: join(root, "inner"),
      },
    );
    git("-c", "core.fsmonitor=false", "add", "inner");
    assert.deepEqual(await leaks(), new Map([["renamed.ts", [third]]]));
    assert.throws(() => execFileSync("ls", [marker], { stdio: "ignore" }));
  });

  it("fails outside of a repository", async () => {
    await assert.rejects(findStagedLeaks({ git: "git", root: tmpdir() }, new Map()));
    await assert.rejects(findStagedLeaks({ git: join(root, "missing"), root }, new Map()));
  });
});
