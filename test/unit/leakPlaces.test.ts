import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import type { Leak } from "../../src/editor/leaks/leak.ts";
import type { LeakList } from "../../src/editor/leaks/leakList.ts";
import { readFromRepository, type StoredPlace } from "../../src/editor/leaks/readFromRepository.ts";
import { createRecheck } from "../../src/editor/leaks/recheck.ts";
import type { LeakPlace } from "../../src/leaks/model.ts";
import { MaskedSecret } from "../../src/openrouter/text/maskedSecret.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

const range = { line: 1, column: 1, endLine: 1, endColumn: 74, form: "plain" } as const;

describe("the places of a leaked key", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "openrouter-admin-leaks-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Rechecks a leak that was found in these files, and returns its places. */
  async function recheck(secret: string, places: LeakPlace[]): Promise<readonly LeakPlace[]> {
    let leak: Leak = { id: "1", secret: new MaskedSecret(secret), places };
    const list: Pick<LeakList, "current" | "find" | "update"> = {
      get current() {
        return { leaks: [leak] } as unknown as LeakList["current"];
      },
      find: () => leak,
      update(changes) {
        leak = { ...leak, ...changes.get("1") };
      },
    };
    await createRecheck(list)(places.flatMap((place) => (place.kind === "file" ? [place.path] : [])));
    return leak.places;
  }

  it("are those of the files of now, once the key was replaced, moved or deleted", async () => {
    const secret = makeSecret();
    const texts: [string, Buffer | string | undefined, number[]][] = [
      ["replaced", `A=${makeSecret()}\n`, []],
      ["moved", `\r\n\r\nA=${secret}\r\n`, [3]],
      ["twice", `A=${secret}\nB=${secret}\n`, [1, 2]],
      ["base64", `A=${Buffer.from(secret).toString("base64")}\n`, [1]],
      ["utf16", Buffer.from(`\uFEFFX\nA=${secret}\n`, "utf16le"), [2]],
      ["deleted", undefined, []],
    ];
    const files = texts.map(([name]): LeakPlace => ({ ...range, kind: "file", path: join(folder, name) }));
    for (const [name, text] of texts) if (text !== undefined) await writeFile(join(folder, name), text);
    const staged: LeakPlace = { ...range, kind: "staged", repository: folder, path: "x", blob: "b1" };
    const places = await recheck(secret, [...files, staged]);
    for (const [name, , lines] of texts) {
      const found = places.filter((place) => place.kind === "file" && place.path === join(folder, name));
      assert.deepEqual(
        found.map(({ line }) => line),
        lines,
        name,
      );
    }
    assert.deepEqual(places.at(-1), staged);
    assert.ok(!JSON.stringify(places).includes(secret), "a place contains the secret");
  });

  it("are read in one thread, however many files have them", async () => {
    const secret = makeSecret();
    const files = Array.from(
      { length: 20 },
      (_, i): LeakPlace => ({ ...range, kind: "file", path: join(folder, `many${i}`) }),
    );
    const filler = "x = 1;\n".repeat(30_000);
    for (const [i, place] of files.entries())
      if (place.kind === "file") await writeFile(place.path, `${i % 2 ? secret : ""}\n${filler}`);
    const threads = { now: 0, most: 0 };
    const onWorker = (worker: Worker) => {
      threads.most = Math.max(threads.most, ++threads.now);
      worker.once("exit", () => threads.now--);
    };
    process.on("worker", onWorker);
    const places = await recheck(secret, files);
    process.off("worker", onWorker);
    assert.equal(places.length, 10);
    assert.ok(threads.most >= 1 && threads.most <= 2, `${threads.most} threads at once`);
  });

  it("keep what can't be read now", async () => {
    const place: LeakPlace = { ...range, kind: "file", path: folder };
    assert.deepEqual(await recheck(makeSecret(), [place]), [place]);
  });

  it("are read from Git as they are stored, messages of commits and tags included", async () => {
    const git = async (...args: string[]) => {
      const settings = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false"];
      const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" };
      return (await promisify(execFile)("git", [...settings, ...args], { cwd: folder, env })).stdout.trim();
    };
    await git("init", "-q", "-b", "main");
    await writeFile(join(folder, "a b.txt"), "first\n");
    await writeFile(join(folder, "wide.txt"), Buffer.from("\uFEFFwide\n", "utf16le"));
    await git("add", "a b.txt", "wide.txt");
    await git("commit", "-qm", "in the message");
    await git("tag", "-a", "v1", "-m", "in the tag");
    const commit = await git("rev-parse", "HEAD");
    await writeFile(join(folder, "a b.txt"), "second\n");
    await git("add", "a b.txt");
    const blob = await git("rev-parse", ":a b.txt");
    const at = { ...range, repository: folder, mayBeInCommit: false };
    const committed = {
      ...at,
      kind: "commit",
      commit,
      author: "Ana",
      date: "",
      isPushed: false,
      from: "branch",
    } as const;
    const read = (place: StoredPlace) => readFromRepository(place, "git");
    assert.equal(await read({ ...committed, path: "a b.txt" }), "first\n");
    assert.equal(await read({ ...committed, path: "wide.txt" }), "wide\n");
    assert.match(await read({ ...committed, path: "", inMessage: true }), /in the message.*in the tag/s);
    assert.equal(await read({ ...at, kind: "staged", path: "a b.txt", blob }), "second\n");
    assert.equal(await read({ ...at, kind: "blob", blob }), "second\n");
    await assert.rejects(read({ ...committed, path: "missing" }));
    await assert.rejects(readFromRepository({ ...at, kind: "blob", blob }, join(folder, "no-git")));
  });
});
