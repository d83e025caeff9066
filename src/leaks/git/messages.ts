import { addPlace, type Findings } from "../places.ts";
import type { Graph } from "./graph.ts";
import type { ObjectWithSecrets } from "./objects.ts";
import type { Reach } from "./reach.ts";

/** Adds the places of secrets in the messages and headers of commits and tags. */
export function addMessages(
  findings: Findings,
  repository: string,
  messages: readonly ObjectWithSecrets[],
  { graph, reach }: { graph: Graph; reach: Reach },
): void {
  for (const { id, type, text, secrets } of messages) {
    const { author, date } = readSignature(text);
    const commit = type === "tag" ? taggedCommit(graph, id) : id;
    const from = type === "tag" ? "tag" : reach.source(commit);
    // Tags are pushed one by one, which leaves no trace here.
    const isPushed = type === "tag" ? undefined : reach.isPushed(commit);
    const headers = text.slice(0, text.indexOf("\n\n") + 2).split("\n").length - 1;
    for (const one of secrets) {
      const inHeader = one.line <= headers;
      const range = inHeader ? one : { ...one, line: one.line - headers, endLine: one.endLine - headers };
      addPlace(findings, range, {
        ...{ kind: "commit", repository, commit, path: "", author, date },
        ...{ isPushed, from, inMessage: true, ...(inHeader && { inHeader }) },
      });
    }
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
function taggedCommit(graph: Graph, tag: string): string {
  let id: string | undefined = tag;
  // Ids are hashes of what they name, so that there is no circle.
  while (id !== undefined && graph.get(id)?.tree === undefined) id = graph.get(id)?.parents[0];
  return id ?? tag;
}
