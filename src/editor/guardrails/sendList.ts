import * as vscode from "vscode";
import { changeText, type Guardrail, oneLine } from "../../openrouter/index.ts";
import type { App } from "../app.ts";
import { retriable } from "../platform/retryAction.ts";
import { changedList, changesNothing, type ListChange, listDifference } from "./catalog.ts";
import { changeGuardrail, freshGuardrail } from "./change.ts";
import type { ListField } from "./facts.ts";
import { emptyListText, guardrailName } from "./words.ts";

/**
 * Sends what the person added and took out, on top of the list as it is then: a PATCH replaces all of it.
 * Where somebody else changed it since it was reviewed, asks once more. `GET`, then `PATCH /guardrails/{id}`
 */
export function sendListChange(app: App, reviewed: Guardrail, field: ListField, change: ListChange): Promise<void> {
  const send = async () => {
    let seen = reviewed;
    for (;;) {
      const now = await freshGuardrail(app, reviewed);
      const before = now[field] ?? [];
      const after = changedList(before, change);
      if (changesNothing(listDifference(before, after))) return changeGuardrail(app, now, {});
      if (changesNothing(listDifference(seen[field] ?? [], before)))
        // The API refuses empty lists: null clears.
        return changeGuardrail(app, now, { [field]: after.length ? after : null });
      if (!(await agreed(field, seen, now, after))) throw new vscode.CancellationError();
      seen = now;
    }
  };
  return retriable(send, () => {});
}

async function agreed(field: ListField, seen: Guardrail, now: Guardrail, after: string[]): Promise<boolean> {
  const t = vscode.l10n.t;
  const text = (from: unknown, to: unknown) => oneLine(changeText({ field, before: from, after: to }));
  const detail = [
    text(now[field], after.length ? after : null),
    `${t("Changed at OpenRouter since you opened it; this stays:")}\n${text(seen[field], now[field])}`,
    ...(after.length ? [] : [emptyListText(field)]),
  ].join("\n\n");
  const apply = t("Apply");
  const question = t("Change {0} at OpenRouter?", guardrailName(now));
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, apply)) === apply;
}
