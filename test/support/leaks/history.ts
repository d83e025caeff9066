// A repository with a secret in each part of its history.
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Planted } from "./plant.ts";
import { commit, createRepository, git, write } from "./repository.ts";

/** Creates `work`, a repository with a remote, and what is connected with it, such as a submodule. Returns its path. */
export function plantHistory(folder: string, planted: Planted): string {
  const work = join(folder, "work");
  const make = (place: string) => planted.make(`history: ${place}`);
  const add = (path: string, content: string | Buffer, message = "Change") => {
    write(work, path, content);
    return commit(work, message);
  };
  createRepository(work);
  git(work, "config", "user.email", "ada@example.com");
  git(work, "config", "user.name", "Ada Example");
  write(work, ".gitignore", ".env\n");

  add("src/config.ts", `\n\n  const key = "${make("deleted, pushed")}";\n`, "Add the configuration");
  rmSync(join(work, "src/config.ts"));
  commit(work, "Remove it");
  add("wide ü.txt", Buffer.from(`\ufeffkey ${make("UTF-16")}`, "utf16le"));
  git(work, "rm", "-q", "wide ü.txt");
  commit(work, `Change\n\nThe key is ${make("message")}.`);
  git(folder, "init", "-q", "--bare", "remote");
  git(work, "remote", "add", "origin", "../remote");
  git(work, "push", "-q", "origin", "main");

  // Not pushed: on another branch, and in a merge that neither of its parents has.
  git(work, "checkout", "-q", "-b", "feature");
  add("feature.env", `KEY=${make("branch")}\n`);
  git(work, "checkout", "-q", "main");
  add("main.txt", "main\n");
  git(work, "merge", "-q", "--no-commit", "--no-ff", "feature");
  write(work, "feature.env", `KEY=${make("merge")}\n`);
  commit(work, "Merge");
  git(work, "rm", "-q", "feature.env");
  commit(work, "Remove it");

  // Only a tag leads to it.
  git(work, "checkout", "-q", "-b", "release");
  add("release.env", make("tag"));
  git(work, "tag", "-a", "v1", "-m", `Version 1\n${make("tag message")}`);
  git(work, "checkout", "-q", "main");
  git(work, "branch", "-q", "-D", "release");

  git(work, "gc", "-q");

  // Only the reflog leads to it, or nothing.
  add("amended.env", make("reflog"));
  write(work, "amended.env", "nothing\n");
  git(work, "commit", "-q", "-a", "--amend", "-m", "Amended");
  write(work, "README.md", make("unreachable"));
  git(work, "stash", "-q");
  git(work, "stash", "drop", "-q");

  write(work, "README.md", make("stash"));
  git(work, "stash", "-q");
  write(work, "untracked.txt", make("stash of untracked files"));
  git(work, "stash", "-q", "-u");
  write(work, "README.md", make("older stash"));
  git(work, "stash", "-q");

  git(work, "notes", "add", "-m", make("note"));
  write(work, "once.txt", make("staged once"));
  git(work, "add", "once.txt");
  write(work, "once.txt", "x\n");
  write(work, "staged file.txt", `a\r\nb ${make("staged")}\r\n`);
  git(work, "add", ".");
  write(work, "staged file.txt", "a\n");

  plantConnected(folder, work, make);
  write(work, ".env", make("ignored"));
  git(work, "remote", "add", "with-key", `https://user:${make("remote's URL")}@example.com/x.git`);
  return work;
}

/** A submodule, a deleted one, another work tree and a repository without a work tree, within the folder. */
function plantConnected(folder: string, work: string, make: (place: string) => string): void {
  for (const name of ["sub", "old"]) {
    const source = join(folder, name);
    createRepository(source);
    write(source, "key.txt", make(`submodule ${name}`));
    commit(source, "Add");
    rmSync(join(source, "key.txt"));
    commit(source, "Remove");
    git(work, "submodule", "--quiet", "add", `../${name}`, `modules/${name}`);
    rmSync(source, { recursive: true });
  }
  git(work, "rm", "-q", "--cached", "modules/old");
  rmSync(join(work, "modules/old"), { recursive: true });
  git(work, "worktree", "add", "-q", "../linked");
  write(join(folder, "linked"), "linked.txt", make("staged in a linked work tree"));
  git(join(folder, "linked"), "add", ".");
  rmSync(join(folder, "linked", "linked.txt"));
  const other = join(folder, "other");
  createRepository(other);
  write(other, "key.txt", make("bare"));
  commit(other, "Add");
  git(folder, "clone", "-q", "--bare", "other", "work/bare.git");
  rmSync(other, { recursive: true });
}
