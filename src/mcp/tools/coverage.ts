// How much of the account an answer covers, and what it lacks.
import type { ListCoverage, Unreadable } from "../../openrouter/index.ts";

/** How much of the account a list covers. */
export function workspaceText(workspaces: readonly unknown[] | undefined): string {
  if (!workspaces) return "the default workspace only (this key cannot list workspaces)";
  return workspaces.length === 1 ? "1 workspace" : `${workspaces.length} workspaces`;
}

/** Says how many rows of a list are left out because they could not be read; they are in no figure either. */
export function unreadableText(unreadable: Unreadable | undefined): string | undefined {
  return (
    unreadable && `${unreadable.count} of ${unreadable.of} could not be read and are left out: ${unreadable.field}.`
  );
}

/** Says what a list over all workspaces lacks: unreadable rows, and everything in unreadable workspaces. */
export function omittedText({
  unreadable,
  unreadableWorkspaces: missing,
}: Omit<ListCoverage, "workspaces">): string | undefined {
  const text =
    missing &&
    `${missing.count} of ${missing.of} workspaces could not be read (${missing.field}): what is in them is missing here.`;
  return [unreadableText(unreadable), text].filter(Boolean).join("\n") || undefined;
}
