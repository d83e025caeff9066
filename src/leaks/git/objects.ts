// Searches the contents of all objects of a repository.
import { type LocatedSecret, searchBytes, searchText } from "../text/searchText.ts";
import { type GraphNode, readNode } from "./graph.ts";
import { repositoryArgs } from "./repositories.ts";
import { type Git, GitError, gitRecords, streamGit } from "./runGit.ts";

interface GitObject {
  id: string;
  type: "commit" | "tree" | "blob" | "tag";
  size: number;
}

/** An object with secrets. Of a commit or a tag, `text` is the whole object. */
export interface ObjectWithSecrets {
  id: string;
  type: "commit" | "blob" | "tag";
  secrets: LocatedSecret[];
  text: string;
}

/**
 * Lists all objects that are here, those that nothing leads to as well, in the order in which they are stored.
 * @param onDamaged called for each one that Git can't read
 */
export async function listObjects(git: Git, gitFolder: string, onDamaged: () => void): Promise<GitObject[]> {
  const format = "%(objectname) %(objecttype) %(objectsize)";
  const args = ["cat-file", `--batch-check=${format}`, "--batch-all-objects", "--unordered", "--buffer"];
  const objects: GitObject[] = [];
  const records = gitRecords(git, { cwd: gitFolder, args: [...repositoryArgs(gitFolder), ...args] }, "\n");
  for await (const record of records) {
    const [id, type, size] = record.split(" ");
    if (id && /^(commit|tree|blob|tag)$/.test(type ?? ""))
      objects.push({ id, type: type as GitObject["type"], size: Number(size) });
    else onDamaged();
  }
  return objects;
}

export interface SearchedObject {
  id: string;
  type: "commit" | "blob" | "tag";
  found: ObjectWithSecrets | undefined;
  isBinary: boolean;
  /** Of a commit or a tag. */
  node: GraphNode | undefined;
}

/** Searches blobs, and commits and tags with all their headers. Those that are missing or damaged are passed over. */
export async function* searchObjects(
  git: Git,
  gitFolder: string,
  ids: readonly string[],
): AsyncGenerator<SearchedObject> {
  for await (const { id, type, bytes } of readObjects(git, gitFolder, ids)) {
    if (type === "tree") continue;
    const isBlob = type === "blob";
    const text = isBlob ? "" : decodeObject(bytes);
    const secrets = isBlob ? searchBytes(bytes) : searchText(text);
    const found = secrets && secrets.length > 0 ? { id, type, secrets, text } : undefined;
    yield { id, type, found, isBinary: secrets === undefined, node: isBlob ? undefined : readNode(bytes) };
  }
}

/** Decodes a commit or a tag as its headers say; by default as UTF-8. */
function decodeObject(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  const end = text.indexOf("\n\n");
  const encoding = /^encoding (.+)$/m.exec(end < 0 ? text : text.slice(0, end))?.[1];
  if (encoding === undefined) return text;
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return text; // nobody knows this encoding
  }
}

/** How often Git is started again after an object that it can't read. */
const MAX_DAMAGED = 100;

/** Reads the contents of objects. @throws GitError if too many are damaged, or after the last one if one is */
async function* readObjects(git: Git, gitFolder: string, ids: readonly string[]): AsyncGenerator<ReadObject> {
  let next = 0;
  let failure: GitError | undefined;
  for (let damaged = 0; damaged <= MAX_DAMAGED && next < ids.length; damaged++) {
    try {
      for await (const one of readUntilDamaged(git, gitFolder, ids.slice(next))) {
        next++;
        if (one) yield one;
      }
      break;
    } catch (error) {
      if (!(error instanceof GitError) || error.isMissing || error.isUntrusted) throw error;
      failure = error;
      next++;
    }
  }
  if (failure) throw failure;
}

interface ReadObject {
  id: string;
  type: GitObject["type"];
  bytes: Buffer;
}

/** Reads objects; undefined for each that is missing. @throws GitError at one that is damaged */
async function* readUntilDamaged(
  git: Git,
  gitFolder: string,
  ids: readonly string[],
): AsyncGenerator<ReadObject | undefined> {
  const args = [...repositoryArgs(gitFolder), "cat-file", "--batch", "--buffer"];
  const pieces = streamGit(git, { cwd: gitFolder, args, input: ids });
  const reader = createReader(pieces);
  for (let header = await reader.line(); header !== undefined; header = await reader.line()) {
    const [id, type, size] = header.split(" ");
    if (!id || size === undefined) {
      yield undefined; // "<id> missing"
      continue;
    }
    const bytes = await reader.bytes(Number(size));
    await reader.bytes(1); // a line break
    if (bytes) yield { id, type: type as GitObject["type"], bytes };
  }
}

/** Reads lines and numbers of bytes from pieces of any size. */
function createReader(pieces: AsyncGenerator<Buffer>) {
  let buffer: Buffer = Buffer.alloc(0);
  let at = 0;
  const next = async (): Promise<boolean> => {
    const { value, done } = await pieces.next();
    if (done) return false;
    buffer = at < buffer.length ? Buffer.concat([buffer.subarray(at), value]) : value;
    at = 0;
    return true;
  };
  return {
    async line(): Promise<string | undefined> {
      for (;;) {
        const end = buffer.indexOf(10, at);
        if (end >= 0) {
          const line = buffer.toString("utf8", at, end);
          at = end + 1;
          return line;
        }
        if (!(await next())) return undefined;
      }
    },
    async bytes(count: number): Promise<Buffer | undefined> {
      if (buffer.length - at >= count) {
        at += count;
        return buffer.subarray(at - count, at);
      }
      // Copied once, however many pieces there are.
      const parts = [buffer.subarray(at)];
      let length = parts[0]!.length;
      while (length < count) {
        const { value, done } = await pieces.next();
        if (done) return undefined;
        parts.push(value);
        length += value.length;
      }
      const all = Buffer.concat(parts, length);
      buffer = all;
      at = count;
      return all.subarray(0, count);
    },
  };
}
