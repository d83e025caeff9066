import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { LeakPlace } from "../../leaks/model.ts";
import { decodeText } from "./decodeText.ts";

/** A place in what Git has stored. */
export type StoredPlace = Exclude<LeakPlace, { kind: "file" | "unsaved" }>;

const MAX_BYTES = 100_000_000;
const TIMEOUT_MS = 20_000;

/** Reads a staged or committed file, or a commit's message. Runs no program that the repository names. @throws Error of Git */
export async function readFromRepository(place: StoredPlace, git: string): Promise<string> {
  const { stdout } = await promisify(execFile)(git, ["--no-pager", "cat-file", ...objectOf(place)], {
    cwd: place.repository,
    encoding: "buffer",
    maxBuffer: MAX_BYTES,
    timeout: TIMEOUT_MS,
    windowsHide: true,
    env: { ...withoutGit(process.env), GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1", GIT_TERMINAL_PROMPT: "0" },
  });
  return decodeText(stdout);
}

/** Returns the type and the name of the object. */
function objectOf(place: StoredPlace): [string, string] {
  if (place.kind === "blob") return ["blob", place.blob];
  if (place.kind === "staged") return ["blob", `:${place.path}`];
  return place.inMessage ? ["commit", place.commit] : ["blob", `${place.commit}:${place.path}`];
}

/** Variables of Git could name another repository. */
function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith("GIT_")));
}
