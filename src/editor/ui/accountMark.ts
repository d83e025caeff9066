import type { SessionAccount } from "../account/session.ts";
import { safeLabel } from "../platform/safeLabel.ts";

/** Returns the account's name for views and the status bar, which show it if there are several or for the sample account. */
export function accountMark({ label }: Pick<SessionAccount, "label">): string | undefined {
  return label.isMarked ? safeLabel(label.name) : undefined;
}
