// Says where the secrets of a repository are: in its staged files, its commits, or in contents that nothing names.
import { addPlace, type Findings } from "../places.ts";
import { type AddedBlob, commitsThatAdded } from "./attribute.ts";
import { comparableCommits, countCommits, type Graph } from "./graph.ts";
import { addMessages } from "./messages.ts";
import type { ObjectWithSecrets } from "./objects.ts";
import { type Reach, readReach } from "./reach.ts";
import { type Refs, readRefs } from "./refs.ts";
import { addDamage, reporting } from "./reporting.ts";
import { type Repository, readSmallFile, workTreesOf } from "./repositories.ts";
import type { Git } from "./runGit.ts";
import { stagedBlobs } from "./staged.ts";

/** What the objects of a repository contain. */
export interface Found {
  blobs: Map<string, ObjectWithSecrets>;
  /** Commits and tags. */
  messages: ObjectWithSecrets[];
  /** All commits and tags, those that nothing leads to as well. */
  graph: Graph;
  trees: string[];
  /** False if objects couldn't be read. */
  isWhole: boolean;
}

/** A shallow history has a line for each of its ends. */
const MAX_SHALLOW_BYTES = 4 * 1024 * 1024;

/** Adds a place for each secret: whatever of the repository is missing or damaged, none is left out. */
export async function addPlaces(findings: Findings, git: Git, repository: Repository, found: Found): Promise<void> {
  const { gitFolder, path } = repository;
  const { blobs, messages, graph } = found;
  const unplaced = new Set(blobs.keys());
  const placed = new Set<string>();
  /** Adds the places of a blob's secrets that none of the blobs before it has. */
  const add = (blob: string, before: readonly (string | undefined)[], place: Parameters<typeof addPlace>[2]) => {
    for (const one of secretsAdded(blobs, blob, before)) {
      addPlace(findings, one, place);
      placed.add(one.secret);
    }
  };
  for (const tree of workTreesOf(repository))
    await reporting(findings, git, tree.path, async () => {
      for (const { path, blob, committed } of await stagedBlobs(git, tree, blobs)) {
        unplaced.delete(blob);
        add(blob, [committed], { kind: "staged", repository: tree.path, path, blob });
      }
    });

  const shallow = new Set(readSmallFile(`${gitFolder}/shallow`, MAX_SHALLOW_BYTES)?.split("\n").filter(Boolean));
  const commits = comparableCommits(graph, found.trees, shallow);
  let refs: Refs | undefined;
  await reporting(findings, git, path, async () => {
    refs = await readRefs(git, gitFolder);
  });
  const isWhole = found.isWhole && refs !== undefined && !hasGaps(graph, refs, shallow);
  let hasAllChanges = isWhole && commits.length === countCommits(graph);
  const reach: Reach = readReach(graph, refs, isWhole);
  const changes: AddedBlob[] = [];
  const collect = async (wanted: ReadonlySet<string>, within: readonly string[]) => {
    if (wanted.size === 0) return;
    const onGap = () => {
      hasAllChanges = false;
    };
    for await (const change of commitsThatAdded(git, gitFolder, wanted, { commits: within, onGap })) {
      // The same contents in another place are no news.
      if (!change.before.includes(change.blob)) unplaced.delete(change.blob);
      if (secretsAdded(blobs, change.blob, change.before).length > 0) changes.push(change);
    }
  };
  await reporting(findings, git, path, async () => {
    await collect(
      new Set(blobs.keys()),
      commits.filter((id) => reach.all.has(id)),
    );
    await collect(
      new Set(unplaced),
      commits.filter((id) => !reach.all.has(id)),
    );
  });
  if (!hasAllChanges || refs?.isDamaged) addDamage(findings, path);
  for (const { blob, before, path: file, ...commit } of changes)
    add(blob, before, {
      ...{ kind: "commit", repository: path, ...commit, path: file },
      ...{ isPushed: reach.isPushed(commit.commit), from: reach.source(commit.commit) },
    });
  for (const [blob, { secrets }] of blobs)
    for (const one of secrets)
      if (unplaced.has(blob) || !placed.has(one.secret))
        addPlace(findings, one, { kind: "blob", repository: path, blob, mayBeInCommit: !hasAllChanges });
  addMessages(findings, path, messages, { graph, reach });
}

function secretsAdded(blobs: Found["blobs"], blob: string, before: readonly (string | undefined)[]) {
  const old = new Set(before.flatMap((id) => blobs.get(id ?? "")?.secrets.map(({ secret }) => secret) ?? []));
  return blobs.get(blob)?.secrets.filter(({ secret }) => !old.has(secret)) ?? [];
}

/** True if a commit that others or refs lead to is missing. */
function hasGaps(graph: Graph, { refs, heads }: Refs, shallow: ReadonlySet<string>): boolean {
  const isMissing = (id: string) => !graph.has(id);
  for (const [id, { tree, parents }] of graph)
    if (tree !== undefined && !shallow.has(id) && parents.some(isMissing)) return true;
  // A ref, or a tag, may lead to contents instead of a commit.
  const isHead = (name: string) => name.startsWith("refs/heads/") || name.startsWith("refs/remotes/");
  return [...heads, ...refs.flatMap(({ id, name }) => (isHead(name) ? id : []))].some(
    (id) => isMissing(id) && !/^0+$/.test(id),
  );
}
