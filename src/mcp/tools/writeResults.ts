import { AcceptedWriteError, type Difference, findDifferences } from "../../openrouter/index.ts";
import type { ToolResult } from "../defineTool.ts";
import { cell, joinLines, safeLine } from "../text.ts";

interface WriteOutcome {
  /** The kind of item for the text: "key", "guardrail". */
  kind: string;
  /** The fields that were sent. */
  requested: object;
  /** The item as returned, or as read again. */
  returned: object;
  /** The item as text. */
  fields: string;
  /** Set if the item was read again: why the response could not be used. */
  readBackReason?: string;
}

/**
 * Formats the result of a change: the fields that don't have the requested value, then the current item. It is an error
 * only if the response contradicts every requested field; a field missing from the response is no contradiction.
 */
export function changeResult({ kind, requested, returned, fields, readBackReason }: WriteOutcome): ToolResult {
  const found = findDifferences(requested, returned);
  const contradicted = found.filter(({ returned }) => returned !== undefined).length;
  const nothingApplied =
    contradicted > 0 && contradicted === Object.values(requested).filter((value) => value !== undefined).length;
  return {
    text: joinLines(
      differencesText(found),
      readBackReason && safeLine(`${readBackReason} The ${kind} was read again.`),
      nothingApplied ? `None of the requested changes took effect. The ${kind} is:` : `Updated. The ${kind} is now:`,
      fields,
      nothingApplied && "Next: compare it with your request; a proxy may have answered instead of OpenRouter.",
    ),
    isError: nothingApplied,
  };
}

/** Formats a line for each field that differs from the request. */
export function differencesText(found: readonly Difference[]): string | undefined {
  const text = found.map(({ field, requested, returned }) => {
    if (returned === undefined) return `${field}: the response does not show whether it was set to ${cell(requested)}.`;
    if (field === "expires_at")
      return `expires_at did NOT change: the API kept ${cell(returned)}. For another expiry, create a new key (or_key_create).`;
    return `${field} was NOT set to ${cell(requested)}: it is ${cell(returned)}.`;
  });
  return text.join("\n") || undefined;
}

/** Converts an `AcceptedWriteError` to a result: OpenRouter accepted the write, but its outcome could not be read. */
export async function acceptedAsResult(write: Promise<ToolResult | string>): Promise<ToolResult | string> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof AcceptedWriteError)) throw error;
    return { text: safeLine(`${error.message} Next: ${error.nextStep}`), isError: error.isPage };
  }
}
