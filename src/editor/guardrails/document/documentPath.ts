import { oneLine } from "../../../openrouter/text/printable.ts";

const EXTENSION = ".openrouter-guardrail.json";
const MAX_LENGTH = 60;

/** Returns the path of a guardrail's document. Only the id identifies it; the names are for the user. */
export function documentPath(guardrail: { id: string; name: string }, workspace: string | undefined): string {
  return `/${toFileName(workspace ?? "") || "account"}/${guardrail.id}/${toFileName(guardrail.name) || "guardrail"}${EXTENSION}`;
}

/** Returns the guardrail's id, or undefined for a folder or any other path. */
export function documentId(path: string): string | undefined {
  const parts = path.split("/");
  return parts.length === 4 && path.endsWith(EXTENSION) ? parts[2] : undefined;
}

/** Turns a name into a file name: keeps letters, digits and emoji, replaces characters special to systems and shells. */
function toFileName(name: string): string {
  const safe = oneLine(name)
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}._ -]+/gu, "-")
    .replace(/\s+/g, " ");
  return [...safe]
    .slice(0, MAX_LENGTH)
    .join("")
    .replace(/^[. -]+|[. -]+$/g, "");
}
