import { markAllowed } from "../../../leaks/ignore.ts";
import { detectEncoding } from "../../../leaks/text/encoding.ts";
import { decodeText } from "../decodeText.ts";
import { findInPieces } from "./findInPieces.ts";
import { type GitFolder, runGit } from "./runGit.ts";

/** A staged file with secrets that the last commit doesn't contain in this file. */
export interface StagedLeak {
  /** Relative to the repository, with slashes. */
  path: string;
  /** The id of the staged content. */
  object: string;
  secrets: string[];
  /** Those that a comment allows. */
  allowed: string[];
}

/** Larger files are not searched, bytes. */
const MAX_BYTES = 10_000_000;
/** Files that are read at once, bytes. */
const BATCH_BYTES = 16_000_000;
const GITLINK = "160000";

/** What was found in contents, by object id. Only in memory. */
export type SearchedObjects = Map<string, FoundInObject>;

/** Secrets, and whether a comment allows them wherever they are in the content. */
type FoundInObject = ReadonlyMap<string, boolean>;
const NOTHING: FoundInObject = new Map();

/**
 * Searches the staged files of a repository.
 * @param searched what the last search of this repository has found; then what this one has
 * @throws Error if Git fails
 */
export async function findStagedLeaks(folder: GitFolder, searched: SearchedObjects): Promise<StagedLeak[]> {
  const changes = await stagedChanges(folder);
  await search(
    folder,
    changes.map(({ object }) => object),
    searched,
  );
  const suspect = changes.filter(({ object }) => searched.get(object)?.size);
  await search(
    folder,
    suspect.flatMap(({ before }) => before ?? []),
    searched,
  );
  const used = new Set(changes.flatMap(({ object, before }) => [object, before]));
  for (const object of searched.keys()) if (!used.has(object)) searched.delete(object);
  return suspect.flatMap(({ path, object, before }) => {
    const old = searched.get(before ?? "") ?? NOTHING;
    const isNew = ([secret, isAllowed]: [string, boolean]) => !old.has(secret) || (old.get(secret) && !isAllowed);
    const news = [...(searched.get(object) ?? NOTHING)].filter(isNew);
    const of = (allowed: boolean) => news.flatMap(([secret, isAllowed]) => (isAllowed === allowed ? [secret] : []));
    return news.length > 0 ? [{ path, object, secrets: of(false), allowed: of(true) }] : [];
  });
}

interface StagedChange {
  path: string;
  object: string;
  /** The content in the last commit; undefined for a new file. */
  before?: string;
}

async function stagedChanges(folder: GitFolder): Promise<StagedChange[]> {
  const head = await runGit(folder, ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"]).catch(() =>
    // Before the first commit.
    runGit(folder, ["hash-object", "-t", "tree", "--stdin"]),
  );
  const args = [
    "diff-index",
    "--cached",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-ext-diff",
    "-M",
    "-l200",
    head.toString().trim(),
  ];
  return parseRaw((await runGit(folder, args)).toString());
}

/** Parses `git diff-index --raw -z`: `:100644 100644 OLD NEW M`, then one path, or two for renamed and copied files. */
function parseRaw(output: string): StagedChange[] {
  const fields = output.split("\0");
  const changes: StagedChange[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const [, mode = "", old = "", object = "", status = ""] = (fields[i] ?? "").split(" ");
    const paths = /^[RC]/.test(status) ? 2 : 1;
    const path = fields[i + paths] ?? "";
    i += 1 + paths;
    if (/^[DUX]/.test(status) || mode === GITLINK || /^0*$/.test(object)) continue;
    changes.push({ path, object, before: /^0*$/.test(old) ? undefined : old });
  }
  return changes;
}

/** Searches contents that were not searched yet. */
async function search(folder: GitFolder, objects: readonly string[], searched: SearchedObjects): Promise<void> {
  const missing = [...new Set(objects)].filter((object) => !searched.has(object));
  if (missing.length === 0) return;
  const sizes = (await runGit(folder, ["cat-file", "--batch-check"], missing)).toString().split("\n");
  let batch: string[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    for (const [object, content] of parseBatch(await runGit(folder, ["cat-file", "--batch"], batch)))
      searched.set(object, await secretsIn(content));
    [batch, bytes] = [[], 0];
  };
  for (const line of sizes) {
    const [object = "", type, size] = line.split(" ");
    if (type !== "blob" || Number(size) > MAX_BYTES) continue;
    if (bytes + Number(size) > BATCH_BYTES) await flush();
    batch.push(object);
    bytes += Number(size);
  }
  await flush();
}

/** Parses `git cat-file --batch`: `ID blob SIZE`, a line end, the content and another line end. */
function* parseBatch(output: Buffer): Generator<[object: string, content: Buffer]> {
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf("\n", at);
    if (end < 0) return;
    const [object = "", , size] = output.toString("latin1", at, end).split(" ");
    const length = Number(size);
    if (!Number.isInteger(length)) return;
    yield [object, output.subarray(end + 1, end + 1 + length)];
    at = end + length + 2;
  }
}

async function secretsIn(content: Buffer): Promise<FoundInObject> {
  // Binary content.
  if (!detectEncoding(content)) return NOTHING;
  const text = decodeText(content);
  const found = new Map<string, boolean>();
  for (const { secret, isAllowed } of markAllowed(text, await findInPieces(text)))
    found.set(secret, isAllowed && found.get(secret) !== false);
  return found;
}
