import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeakPlace, SweepOptions, SweepProgress, SweepResult } from "../../src/leaks/model.ts";
import { startSweep } from "../../src/leaks/startSweep.ts";
import { commit, createRepository, git, write } from "../support/leaks/repository.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

describe("a search of Git history", function () {
  this.timeout(120_000);
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "openrouter-leaks-")));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const sweep = (options: Partial<SweepOptions> = {}) =>
    startSweep(
      { folders: [root], history: true, ...options },
      { signal: new AbortController().signal, onProgress() {} },
    );
  const placesOf = ({ secrets }: SweepResult, secret: string): LeakPlace[] =>
    secrets.find((one) => one.secret === secret)?.places ?? [];
  const isFound = (result: SweepResult, secret: string) => placesOf(result, secret).length > 0;
  /** Creates a repository that had a secret. */
  const withSecret = (name: string, ...args: string[]) => {
    const folder = join(root, name);
    const secret = makeSecret();
    createRepository(folder, ...args);
    write(folder, "key.txt", secret);
    commit(folder, "Add");
    rmSync(join(folder, "key.txt"));
    commit(folder, "Remove");
    return { folder, secret };
  };
  /** All files with their contents. */
  const snapshot = (folder: string) =>
    globSync("**/*", { cwd: folder, withFileTypes: false })
      .concat(globSync(".git/**/*", { cwd: folder }))
      .sort()
      .map((path) => {
        const file = join(folder, path);
        const content = lstatSync(file).isFile() ? createHash("sha256").update(readFileSync(file)).digest("hex") : "";
        return `${path} ${content}`;
      });

  describe("says what could not be searched", () => {
    it("Git is missing", async () => {
      const { folder } = withSecret("a");
      const secret = makeSecret();
      write(folder, ".env", secret);
      const result = await sweep({ git: join(root, "no-git") });
      assert.deepEqual(result.problems, ["git-missing"]);
      assert.ok(isFound(result, secret));
    });

    it("there is no repository", async () => {
      assert.deepEqual((await sweep()).problems, [`no-repository:${root}`]);
    });

    it("a folder is missing", async () => {
      const folder = join(root, "gone");
      assert.deepEqual((await sweep({ folders: [folder], history: false })).problems, [`unreadable-folder:${folder}`]);
    });

    it("a .git is none", async () => {
      const { secret } = withSecret(".");
      write(root, "vendor/.git/note", "");
      write(root, "other/.git", "gitdir: ../nowhere\n");
      const result = await sweep();
      assert.deepEqual(result.problems, [`git-failed:${join(root, "other")}`, `git-failed:${join(root, "vendor")}`]);
      assert.ok(isFound(result, secret));
    });

    it("an object is damaged", async () => {
      const { folder, secret } = withSecret("a");
      const tree = git(folder, "rev-parse", "HEAD~1^{tree}");
      const file = join(folder, ".git/objects", tree.slice(0, 2), tree.slice(2));
      chmodSync(file, 0o600);
      writeFileSync(file, "damaged");
      const result = await sweep();
      assert.deepEqual(result.problems, [`git-failed:${folder}`]);
      assert.ok(isFound(result, secret));
    });

    it("the history is shallow", async () => {
      const { folder, secret } = withSecret("a");
      git(root, "clone", "-q", "--depth=1", `file://${folder}`, "b");
      const result = await sweep({ folders: [join(root, "b")] });
      assert.deepEqual(result.problems, [`git-shallow:${join(root, "b")}`]);
      assert.ok(!isFound(result, secret));
    });

    it("objects were not downloaded; they are not downloaded now", async () => {
      const { folder, secret } = withSecret("a");
      git(folder, "config", "uploadpack.allowFilter", "true");
      git(root, "clone", "-q", "--filter=blob:none", `file://${folder}`, "b");
      const clone = join(root, "b");
      const before = snapshot(clone);
      const result = await sweep({ folders: [clone] });
      assert.deepEqual(result.problems, [`git-partial:${clone}`]);
      assert.ok(!isFound(result, secret));
      assert.deepEqual(snapshot(clone), before);
    });
  });

  it("changes nothing and runs nothing that a repository or the environment names", async () => {
    const { folder, secret } = withSecret("a");
    const marker = join(root, "was-run");
    const program = join(root, "program.sh");
    writeFileSync(program, `#!/bin/sh\ntouch '${marker}'\ncat\n`, { mode: 0o755 });
    const settings = [
      "core.fsmonitor",
      "core.pager",
      "core.sshCommand",
      "core.editor",
      "core.askPass",
      "gpg.program",
      "diff.external",
      "diff.mine.textconv",
      "diff.mine.command",
      "filter.mine.smudge",
      "filter.mine.clean",
      "filter.mine.process",
      "core.alternateRefsCommand",
    ];
    for (const name of settings) git(folder, "config", name, program);
    for (const alias of ["log", "rev-list", "cat-file"]) git(folder, "config", `alias.${alias}`, `!${program}`);
    git(folder, "config", "log.showSignature", "true");
    write(folder, ".gitattributes", "* diff=mine filter=mine\n");
    for (const hook of ["post-index-change", "pre-commit", "reference-transaction", "post-checkout"])
      writeFileSync(join(folder, ".git/hooks", hook), `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 });
    const unsigned = git(folder, "cat-file", "commit", "HEAD");
    const signed = unsigned.replace(
      "\n\n",
      "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n",
    );
    write(root, "signed", signed);
    git(folder, "update-ref", "refs/heads/signed", git(folder, "hash-object", "-t", "commit", "-w", "../signed"));
    rmSync(marker, { force: true });

    const before = snapshot(folder);
    const environment = {
      GIT_DIR: join(root, "elsewhere"),
      GIT_WORK_TREE: root,
      GIT_INDEX_FILE: join(root, "index"),
      GIT_OBJECT_DIRECTORY: join(root, "objects"),
      GIT_EXTERNAL_DIFF: program,
      GIT_PAGER: program,
      GIT_TRACE: join(root, "trace"),
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.fsmonitor",
      GIT_CONFIG_VALUE_0: program,
    };
    Object.assign(process.env, environment);
    let result: SweepResult;
    try {
      result = await sweep({ folders: [folder] });
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
    }
    assert.deepEqual(result.problems, []);
    assert.ok(isFound(result, secret));
    assert.ok(!existsSync(marker), "a program was run");
    assert.ok(!existsSync(join(root, "trace")), "a trace was written");
    assert.deepEqual(snapshot(folder), before);
  });

  it("ignores settings of what Git prints", async () => {
    const { folder, secret } = withSecret("a");
    const settings = {
      ...{ "diff.orderFile": "/nowhere", "diff.relative": "true", "diff.renames": "copies", "diff.noprefix": "true" },
      ...{ "color.ui": "always", "core.abbrev": "5", "core.quotePath": "true", "format.pretty": "oneline" },
      ...{ "log.showRoot": "false", "log.follow": "true", "log.date": "relative", "log.diffMerges": "first-parent" },
    };
    for (const [name, value] of Object.entries(settings)) git(folder, "config", name, value);
    const result = await sweep();
    const [place, ...others] = placesOf(result, secret);
    assert.ok(place?.kind === "commit" && others.length === 0);
    assert.deepEqual(
      { path: place.path, author: place.author, commit: place.commit, problems: result.problems },
      { path: "key.txt", author: "Ada Example", commit: git(folder, "rev-parse", "HEAD~1"), problems: [] },
    );
  });

  it("searches the repository around a folder, and each repository once", async () => {
    const { folder, secret } = withSecret("a");
    write(folder, "packages/one/index.js", "");
    const inner = join(folder, "packages/one");
    const result = await sweep({ folders: [inner, folder, inner] });
    assert.equal(placesOf(result, secret).length, 1);
    assert.deepEqual(result.problems, []);
  });

  it("searches a work tree whose repository is elsewhere", async () => {
    const { folder, secret } = withSecret("a");
    git(folder, "worktree", "add", "-q", "../b");
    const result = await sweep({ folders: [join(root, "b")] });
    assert.deepEqual(result.problems, []);
    assert.ok(isFound(result, secret));
  });

  it("searches what is staged before the first commit", async () => {
    const [folder, secret] = [join(root, "new"), makeSecret()];
    write(folder, "key.txt", secret);
    git(folder, "init", "-q");
    git(folder, "add", ".");
    rmSync(join(folder, "key.txt"));
    const result = await sweep();
    assert.deepEqual(
      placesOf(result, secret).map(({ kind }) => kind),
      ["staged"],
    );
    assert.deepEqual(result.problems, []);
  });

  it("searches repositories with SHA-256", async () => {
    const { secret } = withSecret("a", "--object-format=sha256");
    const result = await sweep();
    const [place] = placesOf(result, secret);
    assert.ok(place?.kind === "commit" && place.commit.length === 64);
  });

  it("names the commit that added a secret, not those that changed the file around it", async () => {
    const [folder, secret] = [join(root, "a"), makeSecret()];
    createRepository(folder);
    write(folder, "a.txt", "x\n");
    commit(folder, "Without");
    write(folder, "a.txt", `x\n${secret}\n`);
    const added = commit(folder, "With");
    for (let i = 0; i < 5; i++) {
      write(folder, "a.txt", `${"y\n".repeat(i)}${secret}\n`);
      commit(folder, "Moved");
    }
    write(folder, "a.txt", "x\n");
    commit(folder, "Removed");
    write(folder, "a.txt", `${secret}`);
    const again = commit(folder, "Again");
    rmSync(join(folder, "a.txt"));
    commit(folder, "Removed again");
    const commits = placesOf(await sweep(), secret).map((place) => place.kind === "commit" && place.commit);
    assert.deepEqual(commits.sort(), [added, again].sort());
  });

  it("lists a bounded number of places of each kind, the first commit among them", async () => {
    const [folder, secret] = [join(root, "a"), makeSecret()];
    createRepository(folder);
    write(folder, "first.txt", secret);
    const first = commit(folder, "First");
    for (let i = 0; i < 1_100; i++) write(folder, `${i}.txt`, `${i} ${secret}`);
    commit(folder, "Second");
    const result = await sweep();
    const places = placesOf(result, secret);
    const number = (kind: string) => places.filter((place) => place.kind === kind).length;
    assert.deepEqual([number("file"), number("commit")], [1_000, 1_000]);
    assert.ok(places.some((place) => place.kind === "commit" && place.commit === first));
    assert.deepEqual(result.problems, ["too-many-places"]);
  });

  it("reads any path, author and date", async () => {
    const folder = join(root, "a");
    createRepository(folder);
    const names = ["a\tb", 'quo"te', "back\\slash", "-rf", ":(top)x", "new\nline", "ü 😀", "[a-z]*", " space "];
    const secrets = names.map((name) => {
      const secret = makeSecret();
      write(folder, `d/${name}`, secret);
      return secret;
    });
    const staged = makeSecret();
    commit(folder, "Add");
    rmSync(join(folder, "d"), { recursive: true });
    commit(folder, "Remove");
    write(folder, "-x\n:(y", staged);
    git(folder, "add", ".");
    const tree = git(folder, "rev-parse", "HEAD~1^{tree}");
    write(root, "odd", `tree ${tree}\nauthor  <> 99999999999999 +0000\ncommitter x <y> 0 +0000\n\n${staged}`);
    const odd = git(folder, "hash-object", "-t", "commit", "--literally", "-w", "../odd");
    git(folder, "update-ref", "refs/heads/odd", odd);
    const result = await sweep({ folders: [folder] });
    assert.deepEqual(result.problems, []);
    for (const [i, secret] of secrets.entries()) {
      const paths = placesOf(result, secret).map((place) => place.kind === "commit" && place.path);
      assert.deepEqual([...new Set(paths)], [`d/${names[i]}`]);
    }
    const kinds = placesOf(result, staged).map((place) => (place.kind === "commit" ? place.inMessage : place.kind));
    assert.deepEqual(kinds, ["file", "staged", true]);
  });

  it("searches names of files, folders and branches, and all headers", async () => {
    const folder = join(root, "a");
    createRepository(folder);
    const [file, directory, branch, packed, author] = Array.from({ length: 5 }, makeSecret) as string[];
    git(folder, "branch", packed!);
    git(folder, "pack-refs", "--all");
    git(folder, "branch", branch!);
    const text = git(folder, "cat-file", "commit", "HEAD").replace("author Ada Example", `author x ${author}`);
    write(root, "b/commit", `${text}\n`);
    git(folder, "update-ref", "refs/heads/b", git(folder, "hash-object", "-t", "commit", "-w", "../b/commit"));
    write(folder, `${directory}/${file}.txt`, "x");
    const result = await sweep();
    const describe = (secret: string) =>
      placesOf(result, secret).map((place) =>
        place.kind === "name" ? `name ${place.path.slice(root.length)}` : place.kind,
      );
    assert.deepEqual(describe(file!), [`name /a/${directory}/${file}.txt`]);
    assert.deepEqual(describe(directory!), [`name /a/${directory}`]);
    assert.deepEqual(describe(branch!), [`name /a/.git/refs/heads/${branch}`]);
    assert.deepEqual(describe(packed!), ["file"]);
    const place = placesOf(result, author!).find(({ kind }) => kind === "commit");
    assert.ok(place?.kind === "commit" && place.inHeader);
  });

  it("searches what Git keeps of messages for what is nowhere else", async () => {
    const { folder, secret } = withSecret("a");
    const [message, switched, aborted] = [makeSecret(), makeSecret(), makeSecret()];
    commit(folder, `Key ${message}`);
    git(folder, "checkout", "-q", "-b", switched);
    git(folder, "checkout", "-q", "main");
    git(folder, "branch", "-q", "-D", switched);
    write(folder, ".git/COMMIT_EDITMSG", `${aborted} ${secret}`);
    const result = await sweep();
    assert.deepEqual(
      placesOf(result, message).map(({ kind }) => kind),
      ["commit"],
    );
    for (const [one, name] of [
      [switched, join(folder, ".git/logs/HEAD")],
      [aborted, join(folder, ".git/COMMIT_EDITMSG")],
    ] as const) {
      const places = placesOf(result, one);
      assert.ok(places.length > 0 && places.every((place) => place.kind === "file" && place.path === name), name);
    }
    assert.equal(placesOf(result, secret).length, 1);
  });

  it("skips and counts blobs that are binary or too large", async () => {
    const folder = join(root, "a");
    createRepository(folder);
    write(folder, "image.bin", Buffer.from([0x89, 0x50, 0, 1, 2, 3, 4, 5, 0, 0, 0, 1]));
    write(folder, "large.txt", "a".repeat(2_000));
    commit(folder, "Add");
    rmSync(join(folder, "image.bin"));
    rmSync(join(folder, "large.txt"));
    const { searched, skipped } = await sweep({ maxFileBytes: 1_000 });
    assert.deepEqual(skipped, { binary: 1, large: 1, unreadable: 0, links: 0 });
    assert.deepEqual(searched, { files: 1, blobs: 1, commits: 2 }, "Git's own files are not counted");
  });

  it("tells its progress, and stops when it is told to", async () => {
    const { folder, secret } = withSecret("a");
    write(folder, ".env", secret);
    for (let i = 0; i < 500; i++) write(folder, `many/${i}.txt`, `${i}\n`.repeat(2_000));
    commit(folder, "Many");
    const all: SweepProgress[] = [];
    const done = await startSweep(
      { folders: [folder], history: true },
      { signal: new AbortController().signal, onProgress: (progress) => all.push(progress) },
    );
    assert.ok(done.isComplete);
    for (const phase of ["files", "history"]) {
      const own = all.filter((one) => one.phase === phase);
      assert.ok(own.length > 0);
      assert.equal(own.at(-1)?.done, own.at(-1)?.total);
      assert.ok(own.every((one, i) => i === 0 || one.done >= own[i - 1]!.done));
    }
    for (const phase of ["files", "history"]) {
      const stop = new AbortController();
      const result = await startSweep(
        { folders: [folder], history: true },
        { signal: stop.signal, onProgress: (progress) => progress.phase === phase && stop.abort() },
      );
      assert.equal(result.isComplete, false);
      if (phase === "history") assert.ok(isFound(result, secret), "what was found before is returned");
    }
    const result = await startSweep(
      { folders: [folder], history: true },
      { signal: AbortSignal.abort(), onProgress() {} },
    );
    assert.equal(result.isComplete, false);
  });
});
