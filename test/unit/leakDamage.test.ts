import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { deflateSync } from "node:zlib";
import { readFromRepository } from "../../src/editor/leaks/readFromRepository.ts";
import { findProgram } from "../../src/leaks/git/findProgram.ts";
import { readSmallFile } from "../../src/leaks/git/repositories.ts";
import type { LeakPlace } from "../../src/leaks/model.ts";
import { sweepFolders } from "../../src/leaks/sweep.ts";
import { commit, createRepository, git, write } from "../support/leaks/repository.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

describe("a search of a repository that isn't as it should be", function () {
  this.timeout(60_000);
  let root: string;
  let folder: string;
  let secret: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "openrouter-leaks-")));
    folder = join(root, "a");
    secret = makeSecret();
    createRepository(folder);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const sweep = (...folders: string[]) =>
    sweepFolders({ folders, history: true }, { isCancelled: () => false, onProgress() {} });
  const placesOf = async (place = folder): Promise<LeakPlace[]> =>
    (await sweep(place)).secrets.find((one) => one.secret === secret)?.places ?? [];
  const commitsOf = async () => (await placesOf()).flatMap((place) => (place.kind === "commit" ? place : []));
  /** Commits the secret and its removal. Returns the first commit. */
  const leak = () => {
    write(folder, "key.txt", secret);
    const added = commit(folder, "Add");
    rmSync(join(folder, "key.txt"));
    commit(folder, "Remove");
    return added;
  };
  const objectFile = (id: string) => join(folder, ".git/objects", id.slice(0, 2), id.slice(2));
  const damage = (id: string) => {
    rmSync(objectFile(id), { force: true });
    writeFileSync(objectFile(id), "damaged");
  };

  describe("finds each secret and its commit", () => {
    const damaged: Record<string, () => void> = {
      "an empty ref": () => write(folder, ".git/refs/heads/bad", ""),
      "a ref that is no id": () => write(folder, ".git/refs/heads/bad", "garbage\n"),
      "a ref to a missing commit": () => write(folder, ".git/refs/heads/bad", `${"deadbeef".repeat(5)}\n`),
      "a missing commit": () => rmSync(objectFile(git(folder, "rev-parse", "HEAD~3"))),
      "a missing tree": () => rmSync(objectFile(git(folder, "rev-parse", "HEAD~3^{tree}"))),
      "a missing tree within another": () => rmSync(objectFile(git(folder, "rev-parse", "HEAD~3:sub"))),
      "a damaged blob": () => damage(git(folder, "rev-parse", "HEAD~3:sub/a")),
      "a damaged HEAD": () => write(folder, ".git/HEAD", "ref: refs/heads/none\n"),
    };
    for (const [name, damageIt] of Object.entries(damaged))
      it(name, async () => {
        write(folder, "sub/a", "other\n");
        commit(folder, "Other");
        rmSync(join(folder, "sub"), { recursive: true });
        commit(folder, "Between");
        const added = leak();
        git(folder, "branch", "other");
        damageIt();
        const result = await sweep(folder);
        const places = result.secrets[0]?.places ?? [];
        const found = places.map((place) => (place.kind === "commit" ? `${place.from} ${place.commit}` : place.kind));
        assert.deepEqual(found, [`branch ${added}`]);
        if (name !== "a damaged HEAD") assert.deepEqual(result.problems, [`git-failed:${folder}`]);
      });

    it("a damaged blob hides none of those that are stored after it", async () => {
      const ids = Array.from({ length: 30 }, (_, i) => {
        write(folder, `${i}.txt`, i === 15 ? secret : `${i} ${"x".repeat(5_000)}`);
        return git(folder, "hash-object", "-w", `${i}.txt`);
      });
      rmSync(objectFile(ids[15]!));
      git(folder, "hash-object", "-w", "15.txt");
      commit(folder, "Add");
      for (const i of [1, 29]) {
        // Its header is sound, so that Git lists it.
        const bytes = Buffer.from(git(folder, "cat-file", "blob", ids[i]!));
        rmSync(objectFile(ids[i]!), { force: true });
        writeFileSync(objectFile(ids[i]!), truncated(bytes));
      }
      for (let i = 0; i < 30; i++) rmSync(join(folder, `${i}.txt`));
      assert.equal((await placesOf()).length, 1);
    });
  });

  it("says that the commit is unknown if that is missing", async () => {
    const added = leak();
    rmSync(objectFile(added));
    const [place, ...others] = await placesOf();
    assert.ok(place?.kind === "blob" && place.mayBeInCommit && others.length === 0);
  });

  it("a clone without trees has commits that are unknown, and changes nothing of the problems", async () => {
    leak();
    write(folder, "again.txt", secret);
    commit(folder, "Again");
    git(folder, "config", "uploadpack.allowFilter", "true");
    git(root, "clone", "-q", "--filter=tree:0", `file://${folder}`, "b");
    const clone = join(root, "b");
    rmSync(join(clone, "again.txt"));
    const result = await sweep(clone);
    assert.deepEqual(result.problems, [`git-partial:${clone}`]);
    const [place] = result.secrets[0]?.places ?? [];
    assert.ok(place?.kind === "blob" && place.mayBeInCommit);
  });

  describe("says that a commit was not pushed only if it knows", () => {
    beforeEach(() => {
      git(root, "init", "-q", "--bare", "remote");
      git(folder, "remote", "add", "origin", "../remote");
      git(folder, "push", "-q", "origin", "main");
    });
    /** Commits the secret on a branch, and then runs Git. */
    const onBranch = (...args: string[]) => {
      git(folder, "checkout", "-q", "-b", "topic");
      leak();
      if (args.length > 0) git(folder, ...args);
    };
    const cases: Record<string, [run: () => void, isPushed: boolean | undefined]> = {
      "only here": [() => onBranch(), false],
      "on a pushed branch": [() => onBranch("push", "-q", "origin", "topic"), true],
      "amended, and pushed before": [
        () => {
          write(folder, "key.txt", secret);
          commit(folder, "Add");
          git(folder, "push", "-q", "origin", "main");
          rmSync(join(folder, "key.txt"));
          git(folder, "commit", "-q", "-a", "--amend", "--allow-empty", "-m", "Clean");
          git(folder, "push", "-q", "-f", "origin", "main");
        },
        true,
      ],
      "with a branch that was deleted on the remote": [
        () => {
          onBranch("push", "-q", "-u", "origin", "topic");
          git(folder, "push", "-q", "origin", ":topic");
        },
        undefined,
      ],
      "with a tag": [() => onBranch("tag", "v1"), undefined],
      "if remotes were removed": [() => onBranch("remote", "remove", "origin"), undefined],
      "if only one branch is tracked": [
        () => onBranch("config", "remote.origin.fetch", "+refs/heads/main:refs/remotes/origin/main"),
        undefined,
      ],
      "if a remote's ref is damaged": [
        () => {
          onBranch();
          write(folder, ".git/refs/remotes/origin/other", "");
        },
        undefined,
      ],
    };
    for (const [name, [run, isPushed]] of Object.entries(cases))
      it(name, async () => {
        run();
        const commits = await commitsOf();
        assert.deepEqual(
          commits.map((place) => place.isPushed),
          [isPushed],
        );
      });
  });

  it("who moves a file is not named as one who added its secret", async () => {
    write(folder, "key.txt", `${secret}\n${"x\n".repeat(50)}`);
    const added = commit(folder, "Add");
    git(folder, "mv", "key.txt", "moved.txt");
    commit(folder, "Move");
    git(folder, "mv", "moved.txt", "again.txt");
    write(folder, "again.txt", `${secret}\nchanged\n`);
    commit(folder, "Move and change");
    git(folder, "rm", "-q", "again.txt");
    commit(folder, "Remove");
    assert.deepEqual(
      (await commitsOf()).map((place) => place.commit),
      [added],
    );
  });

  it("decodes an author as the commit says, and searches all headers", async () => {
    const other = makeSecret();
    const tree = git(folder, "rev-parse", "HEAD^{tree}");
    const text = `tree ${tree}\nauthor J\xfcrgen <${other}@example.com> 1 +0000\ncommitter C <c> 1 +0000\nencoding ISO-8859-1\n\nm ${secret}\n`;
    write(root, "odd", Buffer.from(text, "latin1"));
    git(folder, "update-ref", "refs/heads/odd", git(folder, "hash-object", "-t", "commit", "-w", "../odd"));
    const { secrets } = await sweep(folder);
    const places = secrets.map(({ secret, places: [place] }) => [secret, place?.kind === "commit" && place.author]);
    assert.deepEqual(new Map(places as [string, string][]), new Map([other, secret].map((one) => [one, "Jürgen"])));
  });

  it("what is staged in a conflict can be read", async () => {
    git(folder, "checkout", "-q", "-b", "topic");
    write(folder, "README.md", `${secret}\n`);
    commit(folder, "Add");
    git(folder, "checkout", "-q", "main");
    write(folder, "README.md", "other\n");
    commit(folder, "Other");
    assert.throws(() => git(folder, "merge", "topic"));
    const staged = (await placesOf()).find((place) => place.kind === "staged");
    assert.ok(staged?.kind === "staged");
    assert.equal(await readFromRepository(staged, "git"), `${secret}\n`);
  });

  it("a link into a part of a repository leads to all of it", async () => {
    write(folder, "sub/a", "x");
    leak();
    symlinkSync(join(folder, "sub"), join(root, "link"));
    assert.equal((await placesOf(join(root, "link"))).length, 1);
  });

  it("of Git's own files, only regular ones that are small are read", () => {
    write(root, "small", "text");
    write(root, "large", "x".repeat(200));
    assert.equal(readSmallFile(join(root, "small"), 100), "text");
    for (const path of [join(root, "large"), "/dev/zero", root, join(root, "none")])
      assert.equal(readSmallFile(path, 100), undefined, path);
  });

  it("a program in the folder that is searched is not taken for Git", () => {
    const program = process.platform === "win32" ? "git.exe" : "git";
    const other = join(root, "bin");
    mkdirSync(other);
    writeFileSync(join(other, program), "", { mode: 0o755 });
    const path = process.env.PATH;
    const before = process.cwd();
    try {
      process.chdir(other);
      process.env.PATH = ["", ".", "bin"].join(delimiter);
      assert.equal(findProgram("git"), undefined);
      assert.equal(findProgram("./git"), undefined);
      process.env.PATH = [".", root, other].join(delimiter);
      assert.equal(findProgram("git"), join(other, program));
    } finally {
      process.chdir(before);
      process.env.PATH = path;
    }
  });
});

/** A loose object whose header is sound and whose contents are not. */
function truncated(bytes: Buffer): Buffer {
  const header = Buffer.from(`blob ${bytes.length}\0`);
  return deflateSync(Buffer.concat([header, bytes.subarray(0, bytes.length >> 1)]));
}
