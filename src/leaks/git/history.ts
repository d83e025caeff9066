// Searches the repositories in and around folders: staged changes, and the history of all refs, stashes and reflogs.

import { addProblem, type Findings } from "../places.ts";
import { listObjects, searchObjects } from "./objects.ts";
import { addPlaces, type Found } from "./place.ts";
import { addDamage, reporting } from "./reporting.ts";
import { openRepository, type Repository, repositoryArgs } from "./repositories.ts";
import { type Git, readGit } from "./runGit.ts";

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
  const objects = await listObjects(git, gitFolder, () => addDamage(findings, path));
  const wanted = objects.filter(({ type, size }) => type !== "tree" && (type !== "blob" || size <= maxBytes));
  findings.skipped.large += objects.filter(({ type, size }) => type === "blob" && size > maxBytes).length;
  const found: Found = { blobs: new Map(), messages: [], graph: new Map(), trees: [], isWhole: false };
  const ids = wanted.map(({ id }) => id);
  await reporting(findings, git, path, async () => {
    let done = 0;
    for await (const one of searchObjects(git, gitFolder, ids)) {
      if (one.type === "commit") findings.searched.commits++;
      else if (one.isBinary) findings.skipped.binary++;
      else if (one.type === "blob") findings.searched.blobs++;
      if (one.node) found.graph.set(one.id, one.node);
      if (one.found?.type === "blob") found.blobs.set(one.id, one.found);
      else if (one.found) found.messages.push(one.found);
      onProgress(++done, wanted.length);
    }
    found.isWhole = true;
  });
  if (found.blobs.size + found.messages.length === 0) return;
  found.trees = objects.flatMap(({ type, id }) => (type === "tree" ? id : []));
  await addPlaces(findings, git, repository, found);
}
