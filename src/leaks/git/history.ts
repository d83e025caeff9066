// Searches the repositories in and around folders: staged changes, and the history of all refs, stashes and reflogs.

import type { SweepProblem } from "../model.ts";
import { addPlace, addProblem, type Findings } from "../places.ts";
import { type AddedBlob, commitsThatAdded, readReach } from "./attribute.ts";
import { addMessages } from "./messages.ts";
import { listObjects, type ObjectWithSecrets, searchObjects } from "./objects.ts";
import { openRepository, type Repository, repositoryArgs, workTreesOf } from "./repositories.ts";
import { type Git, GitError, readGit } from "./runGit.ts";
import { stagedBlobs } from "./staged.ts";

export interface HistoryOptions {
  git: Git;
  /** Folders that have a `.git` or are one. */
  folders: readonly string[];
  maxBytes: number;
  onProgress(done: number, total: number): void;
}

/** Searches each repository once, and adds what it finds. @throws AbortError if the signal ended it */
export async function searchHistories(findings: Findings, options: HistoryOptions): Promise<void> {
  const { git } = options;
  const searched = new Set<string>();
  let before = 0;
  for (const folder of options.folders) {
    await reporting(findings, git, folder, async () => {
      const repository = await openRepository(git, folder);
      if (searched.has(repository.gitFolder)) return;
      searched.add(repository.gitFolder);
      await addMissingParts(findings, git, repository);
      let size = 0;
      await searchRepository(findings, repository, {
        ...options,
        onProgress(done, total) {
          size = total;
          options.onProgress(before + done, before + total);
        },
      });
      before += size;
    });
    if (findings.problems.includes("git-missing")) return;
  }
}

/** Adds a problem if Git fails. */
async function reporting(findings: Findings, git: Git, path: string, run: () => Promise<void>): Promise<void> {
  const report = (problem: SweepProblem) => addProblem(findings, `${problem}:${path}`);
  try {
    await run();
  } catch (error) {
    git.signal.throwIfAborted();
    if (!(error instanceof GitError)) throw error;
    if (error.isMissing) addProblem(findings, "git-missing" satisfies SweepProblem);
    else report(error.isUntrusted ? "git-untrusted" : "git-failed");
  }
}

/** Says which parts of a history were never downloaded. */
async function addMissingParts(findings: Findings, git: Git, { gitFolder, path }: Repository): Promise<void> {
  const read = (...args: string[]) => readGit(git, gitFolder, [...repositoryArgs(gitFolder), ...args]);
  if ((await read("rev-parse", "--is-shallow-repository")).trim() === "true")
    addProblem(findings, `git-shallow:${path}`);
  const partial = "^(extensions\\.partialclone|remote\\..*\\.promisor)$";
  // Git fails if no setting matches.
  const settings = await read("config", "--get-regexp", partial).catch(() => "");
  if (settings !== "") addProblem(findings, `git-partial:${path}`);
}

async function searchRepository(findings: Findings, repository: Repository, options: HistoryOptions): Promise<void> {
  const { git, maxBytes, onProgress } = options;
  const { gitFolder, path } = repository;
  const objects = await listObjects(git, gitFolder);
  const wanted = objects.filter(({ type, size }) => type !== "tree" && (type !== "blob" || size <= maxBytes));
  findings.skipped.large += objects.filter(({ type, size }) => type === "blob" && size > maxBytes).length;
  const blobs = new Map<string, ObjectWithSecrets>();
  const messages: ObjectWithSecrets[] = [];
  await reporting(findings, git, path, async () => {
    let done = 0;
    for await (const { type, found, isBinary } of searchObjects(
      git,
      gitFolder,
      wanted.map(({ id }) => id),
    )) {
      if (type === "commit") findings.searched.commits++;
      else if (isBinary) findings.skipped.binary++;
      else if (type === "blob") findings.searched.blobs++;
      if (found?.type === "blob") blobs.set(found.id, found);
      else if (found) messages.push(found);
      onProgress(++done, wanted.length);
    }
  });
  if (blobs.size + messages.length === 0) return;
  const commits = objects.filter(({ type }) => type === "commit").map(({ id }) => id);
  await reporting(findings, git, path, () => addPlaces(findings, git, repository, { blobs, messages, commits }));
}

interface Hits {
  blobs: ReadonlyMap<string, ObjectWithSecrets>;
  messages: readonly ObjectWithSecrets[];
  /** All commits, those that nothing leads to as well. */
  commits: readonly string[];
}

async function addPlaces(findings: Findings, git: Git, repository: Repository, hits: Hits): Promise<void> {
  const { gitFolder, path } = repository;
  const unplaced = new Set(hits.blobs.keys());
  /** The secrets of a blob that none of the blobs before it has. */
  const added = (blob: string, before: readonly (string | undefined)[]) => {
    unplaced.delete(blob);
    const old = new Set(before.flatMap((id) => hits.blobs.get(id ?? "")?.secrets.map(({ secret }) => secret) ?? []));
    return hits.blobs.get(blob)?.secrets.filter(({ secret }) => !old.has(secret)) ?? [];
  };
  for (const tree of workTreesOf(repository))
    await reporting(findings, git, tree.path, async () => {
      for (const { path, blob, committed } of await stagedBlobs(git, tree, hits.blobs))
        for (const one of added(blob, [committed]))
          addPlace(findings, one, { kind: "staged", repository: tree.path, path });
    });
  const changes: AddedBlob[] = [];
  const collect = async (blobs: ReadonlySet<string>, commits: readonly string[]) => {
    if (blobs.size === 0) return;
    for await (const change of commitsThatAdded(git, gitFolder, blobs, commits))
      if (added(change.blob, change.before).length > 0) changes.push(change);
  };
  await reporting(findings, git, path, async () => {
    await collect(new Set(hits.blobs.keys()), []);
    await collect(new Set(unplaced), hits.commits);
  });
  const commits = new Set([...changes.map(({ commit }) => commit), ...hits.messages.map(({ id }) => id)]);
  const reach = await readReach(git, gitFolder, commits);
  // Git lists the newest first.
  for (const { commit, author, date, path: file, blob, before } of changes.reverse())
    for (const one of added(blob, before))
      addPlace(findings, one, {
        ...{ kind: "commit", repository: path, commit, path: file, author, date },
        ...{ isPushed: reach.isPushed(commit), from: reach.source(commit) },
      });
  for (const blob of unplaced)
    for (const one of hits.blobs.get(blob)?.secrets ?? [])
      addPlace(findings, one, { kind: "blob", repository: path, blob });
  await addMessages(findings, git, repository, hits.messages, reach);
}
