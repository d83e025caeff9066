import { oneLine } from "../../openrouter/text/printable.ts";

const MAX_FILE_PART = 40;

/** The key's label, which distinguishes accounts that were never named. */
const KEY_LABEL = / \([0-9a-z]*\.\.\.[0-9a-z]*\)$/i;

/** Returns the account's part of a file name: letters and digits. Leaves out "OpenRouter", which the file starts with. Pure. */
export function accountFileParts({ name, isSample }: { name: string; isSample: boolean }): string[] {
  const text = oneLine(name).replace(KEY_LABEL, "").normalize("NFKC").toLowerCase();
  const words: string[] = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words[0] === "openrouter") words.shift();
  const part = Array.from(words.join("-")).slice(0, MAX_FILE_PART).join("").replace(/-$/, "");
  const named = part === "" ? [] : [part];
  return isSample && !words.includes("sample") ? ["sample", ...named] : named;
}
