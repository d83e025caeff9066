// Searches the contents of all objects of a repository.
import { type LocatedSecret, searchBytes, searchText } from "../text/searchText.ts";
import { repositoryArgs } from "./repositories.ts";
import { type Git, gitRecords, streamGit } from "./runGit.ts";

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

/** Lists all objects that are here, those that nothing leads to as well, in the order in which they are stored. */
export async function listObjects(git: Git, gitFolder: string): Promise<GitObject[]> {
  const format = "%(objectname) %(objecttype) %(objectsize)";
  const args = ["cat-file", `--batch-check=${format}`, "--batch-all-objects", "--unordered", "--buffer"];
  const objects: GitObject[] = [];
  const records = gitRecords(git, { cwd: gitFolder, args: [...repositoryArgs(gitFolder), ...args] }, "\n");
  for await (const record of records) {
    const [id, type, size] = record.split(" ");
    if (id && /^(commit|tree|blob|tag)$/.test(type ?? ""))
      objects.push({ id, type: type as GitObject["type"], size: Number(size) });
  }
  return objects;
}

export interface SearchedObject {
  id: string;
  type: "commit" | "blob" | "tag";
  /** Undefined if it is binary. */
  found: ObjectWithSecrets | undefined;
  isBinary: boolean;
}

/** Searches blobs and the messages of commits and tags. */
export async function* searchObjects(
  git: Git,
  gitFolder: string,
  ids: Iterable<string>,
): AsyncGenerator<SearchedObject> {
  for await (const { id, type, bytes } of readObjects(git, gitFolder, ids)) {
    if (type === "tree") continue;
    const isBlob = type === "blob";
    const text = isBlob ? "" : bytes.toString("utf8");
    const secrets = isBlob ? searchBytes(bytes) : searchText(messageOf(text));
    const found = secrets && secrets.length > 0 ? { id, type, secrets, text } : undefined;
    yield { id, type, found, isBinary: secrets === undefined };
  }
}

/** Returns what follows the headers of a commit or a tag. */
export function messageOf(object: string): string {
  const end = object.indexOf("\n\n");
  return end < 0 ? "" : object.slice(end + 2);
}

/** Reads the contents of objects. Those that are missing or damaged are passed over. */
async function* readObjects(
  git: Git,
  gitFolder: string,
  ids: Iterable<string>,
): AsyncGenerator<{ id: string; type: GitObject["type"]; bytes: Buffer }> {
  const args = [...repositoryArgs(gitFolder), "cat-file", "--batch", "--buffer"];
  const pieces = streamGit(git, { cwd: gitFolder, args, input: lines(ids) });
  const reader = createReader(pieces);
  for (let header = await reader.line(); header !== undefined; header = await reader.line()) {
    const [id, type, size] = header.split(" ");
    if (!id || size === undefined) continue; // "<id> missing"
    const bytes = await reader.bytes(Number(size));
    await reader.bytes(1); // a line break
    if (bytes) yield { id, type: type as GitObject["type"], bytes };
  }
}

function* lines(ids: Iterable<string>): Generator<string> {
  for (const id of ids) yield `${id}\n`;
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
