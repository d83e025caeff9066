import * as vscode from "vscode";
import { formatChange, type Guardrail, oneLine } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { confirm } from "../../platform/dialogs.ts";
import { runRetriable } from "../../platform/retryAction.ts";
import { emptyListText, guardrailName } from "../labels.ts";
import type { ListField } from "../listFields.ts";
import { freshGuardrail, updateGuardrail } from "../updateGuardrail.ts";
import { applyListChange, diffLists, isEmptyListChange, type ListChange } from "./catalog.ts";

/**
 * Sends what the person added and took out, on top of the list as it is then: a PATCH replaces all of it.
 * Where somebody else changed it since it was reviewed, asks once more. `GET`, then `PATCH /guardrails/{id}`
 */
export function sendListChange(
  session: AccountSession,
  reviewed: Guardrail,
  field: ListField,
  change: ListChange,
): Promise<void> {
  const send = async () => {
    let seen = reviewed;
    for (;;) {
      const now = await freshGuardrail(session, reviewed);
      const before = now[field] ?? [];
      const after = applyListChange(before, change);
      if (isEmptyListChange(diffLists(before, after))) return updateGuardrail(session, now, {});
      if (isEmptyListChange(diffLists(seen[field] ?? [], before)))
        // The API refuses empty lists: null clears.
        return updateGuardrail(session, now, { [field]: after.length ? after : null });
      if (!(await agreed(field, seen, now, after))) throw new vscode.CancellationError();
      seen = now;
    }
  };
  return runRetriable(send, () => {});
}

function agreed(field: ListField, seen: Guardrail, now: Guardrail, after: string[]): Promise<boolean> {
  const t = vscode.l10n.t;
  const text = (from: unknown, to: unknown) => oneLine(formatChange({ field, before: from, after: to }));
  return confirm(t("Change {0} at OpenRouter?", guardrailName(now)), t("Apply"), [
    text(now[field], after.length ? after : null),
    `${t("Changed at OpenRouter since you opened it (kept):")}\n${text(seen[field], now[field])}`,
    after.length === 0 && emptyListText(field),
  ]);
}
