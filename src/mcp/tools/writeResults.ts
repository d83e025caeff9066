import { AcceptedWriteError, type Difference, findDifferences } from "../../openrouter/index.ts";
import type { ToolResult } from "../defineTool.ts";
import { cell, joinLines, safeLine } from "../text.ts";

interface WriteOutcome {
  /** The kind of thing, for the text: "key", "guardrail". */
  kind: string;
  /** The fields as they were sent. */
  asked: object;
  /** The thing as it was answered, or read again. */
  answered: object;
  /** The thing as text. */
  fields: string;
  /** Why the answer could not be read, where the thing was read again instead. */
  readAgain?: string;
}

/**
 * The result of a change: the fields that are not as asked, then the thing as it is now. Failed if nothing is as asked;
 * a field missing from the answer counts as neither.
 */
export function changeResult({ kind, asked, answered, fields, readAgain }: WriteOutcome): ToolResult {
  const found = findDifferences(asked, answered);
  const contradicted = found.filter(({ returned }) => returned !== undefined).length;
  const nothingApplied =
    contradicted > 0 && contradicted === Object.values(asked).filter((value) => value !== undefined).length;
  return {
    text: joinLines(
      differencesText(found),
      readAgain && safeLine(`${readAgain} It was read again.`),
      nothingApplied ? `Nothing was changed as asked; the ${kind} is:` : `Updated; the ${kind} is now:`,
      fields,
      nothingApplied && "Next: compare it with what was asked for; a proxy may have answered in place of OpenRouter.",
    ),
    isError: nothingApplied,
  };
}

/** A line for each field that the API set otherwise than asked. */
export function differencesText(found: readonly Difference[]): string | undefined {
  const text = found.map(({ field, requested, returned }) => {
    if (returned === undefined)
      return `${field}: the answer does not say whether it took the value ${cell(requested)}.`;
    if (field === "expires_at")
      return `expires_at did NOT change: the API left it at ${cell(returned)}. To get another expiry, create a new key (or_key_create).`;
    return `${field} did NOT take the value asked for, ${cell(requested)}: it is ${cell(returned)}.`;
  });
  return text.join("\n") || undefined;
}

/** A write that was accepted, though neither its answer nor the thing could be read, has not failed: says what is known. */
export async function acceptedAsResult(write: Promise<ToolResult | string>): Promise<ToolResult | string> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof AcceptedWriteError)) throw error;
    return { text: safeLine(`${error.message} Next: ${error.nextStep}`), isError: error.isPage };
  }
}
