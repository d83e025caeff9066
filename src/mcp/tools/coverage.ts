// Says how much of the account a result covers, and what it omits.
import type { ListCoverage, Unreadable } from "../../openrouter/index.ts";

/** Says which workspaces a list covers. */
export function workspaceText(workspaces: readonly unknown[] | undefined): string {
  if (!workspaces) return "the default workspace only (this key cannot list workspaces)";
  return workspaces.length === 1 ? "1 workspace" : `${workspaces.length} workspaces`;
}

/** Says how many rows of a list could not be read; they are omitted from all figures too. */
export function unreadableText(unreadable: Unreadable | undefined): string | undefined {
  return (
    unreadable &&
    `${unreadable.count} of ${unreadable.of} rows could not be read and are omitted; first invalid field: ${unreadable.field}.`
  );
}

/** Says what a list over all workspaces omits: unreadable rows, and everything in unreadable workspaces. */
export function omittedText({
  unreadable,
  unreadableWorkspaces: missing,
}: Omit<ListCoverage, "workspaces">): string | undefined {
  const text =
    missing && `${missing.count} of ${missing.of} workspaces could not be read and are omitted (${missing.field}).`;
  return [unreadableText(unreadable), text].filter(Boolean).join("\n") || undefined;
}
