import { addPlace, type Findings } from "../places.ts";
import type { Reach } from "./attribute.ts";
import type { ObjectWithSecrets } from "./objects.ts";
import { type Repository, repositoryArgs } from "./repositories.ts";
import { type Git, readGit } from "./runGit.ts";

/** Adds the places of secrets in the messages of commits and tags. */
export async function addMessages(
  findings: Findings,
  git: Git,
  { gitFolder, path: repository }: Repository,
  messages: readonly ObjectWithSecrets[],
  reach: Reach,
): Promise<void> {
  for (const { id, type, text, secrets } of messages) {
    const { author, date } = readSignature(text);
    const commit = type === "tag" ? await taggedCommit(git, gitFolder, id) : id;
    const from = type === "tag" ? "tag" : reach.source(commit);
    // Tags are pushed one by one, which leaves no trace here.
    const isPushed = type === "tag" && reach.hasRemotes ? undefined : reach.isPushed(commit);
    for (const one of secrets)
      addPlace(findings, one, {
        ...{ kind: "commit", repository, commit, path: "", author, date },
        ...{ isPushed, from, inMessage: true },
      });
  }
}

/** Reads who wrote a commit or a tag, and when. */
export function readSignature(object: string): { author: string; date: string } {
  const headers = object.slice(0, object.indexOf("\n\n"));
  const match = /^(?:author|tagger) (.*?) ?<[^>\n]*> (-?\d{1,12}) [+-]\d{4}$/m.exec(headers);
  const time = new Date(Number(match?.[2] ?? 0) * 1000);
  return { author: match?.[1] ?? "", date: Number.isNaN(time.getTime()) ? "" : time.toISOString() };
}

/** Returns the commit that a tag leads to, through other tags; the tag itself if it leads to none. */
async function taggedCommit(git: Git, gitFolder: string, tag: string): Promise<string> {
  const args = [...repositoryArgs(gitFolder), "rev-parse", "--verify", "--quiet", `${tag}^{commit}`];
  return (await readGit(git, gitFolder, args).catch(() => "")).trim() || tag;
}
