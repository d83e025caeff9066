import type { Unreadable } from "../../openrouter/index.ts";

/** Says how many rows of a list are left out because they could not be read; they are in no figure either. */
export function unreadableText(unreadable: Unreadable | undefined): string | undefined {
  return (
    unreadable && `${unreadable.count} of ${unreadable.of} could not be read and are left out: ${unreadable.field}.`
  );
}
