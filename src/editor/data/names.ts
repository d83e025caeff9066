import type { Key, Member } from "../../openrouter/index.ts";
import { visualForm } from "../../openrouter/text/fold.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import { safeLabel } from "../platform/safeLabel.ts";

/** Returns a key's display name; its label if it has no name that can be seen. */
export function keyName(key: Pick<Key, "name" | "label">): string {
  return visible(key.name) || shortLabel(key.label);
}

/** Returns a member's first and last name. Without a name that can be seen, returns the email address or the id. */
export function memberName({ id, first_name, last_name, email }: Member): string {
  return [first_name, last_name].map(visible).filter(Boolean).join(" ") || visible(email) || id;
}

/** Returns a text as it is safe to show; "" if there is nothing to see. */
function visible(text: string | null | undefined): string {
  const label = safeLabel(text ?? "").trim();
  return visualForm(label) && label;
}
