import { oneLine } from "../../../openrouter/text/printable.ts";

/** The scheme under which a guardrail is a document that can be saved. */
export const documentScheme = "openrouter-guardrail";
/** The scheme under which the documents' JSON Schema, with the names of the catalog, is served; package.json names it, too. */
export const schemaScheme = "openrouter-guardrail-schema";
/** The schema's address; without an ending, so that the editor does not take it for JSON to be validated. */
export const schemaAddress = `${schemaScheme}://catalog/guardrail`;
/** Texts that only a diff editor shows. */
export const previewScheme = "openrouter-guardrail-preview";

const EXTENSION = ".openrouter-guardrail.json";
const MAX_LENGTH = 60;

/** The path of a guardrail's document: the id says which it is, the rest is for people. */
export function documentPath(guardrail: { id: string; name: string }, workspace: string | undefined): string {
  return `/${toFileName(workspace ?? "") || "account"}/${guardrail.id}/${toFileName(guardrail.name) || "guardrail"}${EXTENSION}`;
}

/** The guardrail's id, or undefined for a folder or a foreign path. */
export function documentId(path: string): string | undefined {
  const parts = path.split("/");
  return parts.length === 4 && path.endsWith(EXTENSION) ? parts[2] : undefined;
}

/** A name from the account as a file name: letters, digits and pictures stay, what systems and shells read otherwise goes. */
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
