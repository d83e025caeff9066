import * as vscode from "vscode";
import { formatChange, type Guardrail, oneLine } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeGuardrail } from "../../data/describeKey.ts";
import { confirm } from "../../platform/dialogs.ts";
import { runRetriable } from "../../platform/retryAction.ts";
import { emptyListText } from "../labels.ts";
import type { ListField } from "../listFields.ts";
import { freshGuardrail, updateGuardrail } from "../updateGuardrail.ts";
import { applyListChange, diffLists, isEmptyListChange, type ListChange } from "./catalog.ts";

/**
 * Applies the user's additions and removals to the current list, since a PATCH replaces the whole list.
 * Asks again if the list changed at OpenRouter after the review. `GET`, then `PATCH /guardrails/{id}`
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
        // The API rejects empty lists; null clears one.
        return updateGuardrail(session, now, { [field]: after.length ? after : null });
      if (!(await confirmChange(session, field, seen, now, after))) throw new vscode.CancellationError();
      seen = now;
    }
  };
  return runRetriable(send, () => {});
}

function confirmChange(
  session: AccountSession,
  field: ListField,
  seen: Guardrail,
  now: Guardrail,
  after: string[],
): Promise<boolean> {
  const t = vscode.l10n.t;
  const text = (from: unknown, to: unknown) => oneLine(formatChange({ field, before: from, after: to }));
  return confirm(session, t("Change {0} at OpenRouter?", describeGuardrail(session, now)), t("Apply"), [
    text(now[field], after.length ? after : null),
    `${t("Changed at OpenRouter since you opened it (kept):")}\n${text(seen[field], now[field])}`,
    after.length === 0 && emptyListText(field),
  ]);
}
