import { readGitBytes } from "../../leaks/git/runGit.ts";
import type { LeakPlace } from "../../leaks/model.ts";
import { decodeText } from "./decodeText.ts";

/** A place in what Git has stored. */
export type StoredPlace = Exclude<LeakPlace, { kind: "file" | "name" | "unsaved" }>;

/**
 * Reads a staged or committed file, or the message of a commit with those of its tags. Runs no program that the repository
 * names. @throws GitError
 */
export async function readFromRepository(place: StoredPlace, program: string): Promise<string> {
  const signal = new AbortController().signal;
  const read = async (...args: string[]) =>
    decodeText(await readGitBytes({ program, signal }, { cwd: place.repository, args }));
  if (place.kind === "blob" || place.kind === "staged") return read("cat-file", "blob", place.blob);
  if (!place.inMessage) return read("cat-file", "blob", `${place.commit}:${place.path}`);
  const tags = await read("for-each-ref", `--points-at=${place.commit}`, "--format=%(contents)", "refs/tags");
  return `${await read("cat-file", "commit", place.commit)}\n${tags}`;
}
