import * as vscode from "vscode";
import {
  type Guardrail,
  type GuardrailUpdate,
  getGuardrail,
  updateGuardrail as patchGuardrail,
} from "../../openrouter/index.ts";
import { requireLive } from "../account/session.ts";
import type { AccountSession } from "../data/accountData.ts";
import { withGuardrail } from "../data/updates.ts";
import { runRetriable } from "../platform/retryAction.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { runWithProgress } from "../ui/progress.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { guardrailName } from "./labels.ts";

/** Sends a change of a guardrail and shows its row as the API answered. `PATCH /guardrails/{id}` */
export async function updateGuardrail(
  session: AccountSession,
  guardrail: Guardrail,
  body: GuardrailUpdate,
): Promise<void> {
  if (Object.keys(body).length === 0) {
    requireLive(session);
    const text = vscode.l10n.t("{0} is already set this way; nothing was sent.", guardrailName(guardrail));
    return void vscode.window.showInformationMessage(text);
  }
  const title = vscode.l10n.t("Changing {0}", guardrailName(guardrail));
  const send = async () => {
    requireKnownGuardrail(session, guardrail);
    return runWithProgress(title, (signal) => patchGuardrail(session.client, guardrail.id, body, { signal }));
  };
  await runRetriable(send, (changed) => {
    session.data.guardrails.change(withGuardrail(changed));
    void warnOfDifferences(guardrailName(guardrail), body, changed);
  });
}

/** The guardrail as it is now, also for the view: what was read before may be hours old. `GET /guardrails/{id}` */
export async function freshGuardrail(session: AccountSession, guardrail: Guardrail): Promise<Guardrail> {
  requireKnownGuardrail(session, guardrail);
  const title = vscode.l10n.t("Reading {0}", guardrailName(guardrail));
  const now = await runWithProgress(title, (signal) => getGuardrail(session.client, guardrail.id, { signal }));
  session.data.guardrails.change(withGuardrail(now));
  return now;
}

/** @throws Error when the guardrail was deleted since the person was asked about it */
export function requireKnownGuardrail({ data }: AccountSession, { id, name }: Pick<Guardrail, "id" | "name">): void {
  if (data.guardrails.current?.value.guardrails.some((one) => one.id === id)) return;
  throw new Error(
    vscode.l10n.t("{0} is no longer in the current account. Nothing was sent; refresh the view.", safeLabel(name)),
  );
}
