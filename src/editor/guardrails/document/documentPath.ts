import { oneLine } from "../../../openrouter/text/printable.ts";

/** The URI scheme of guardrail documents. */
export const documentScheme = "openrouter-guardrail";
/** The URI scheme of the documents' JSON Schema; also in package.json. */
export const schemaScheme = "openrouter-guardrail-schema";
/** The schema's URI. Without a file extension, so that VS Code doesn't validate the schema itself as JSON. */
export const schemaAddress = `${schemaScheme}://catalog/guardrail`;
/** The URI scheme of the texts in the diff editor. */
export const previewScheme = "openrouter-guardrail-preview";

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
