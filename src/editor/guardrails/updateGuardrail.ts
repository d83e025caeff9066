import * as vscode from "vscode";
import {
  type Guardrail,
  type GuardrailUpdate,
  updateGuardrail as patchGuardrail,
  readGuardrail,
} from "../../openrouter/index.ts";
import { requireLive } from "../account/session.ts";
import type { AccountSession } from "../data/accountData.ts";
import { guardrailName, type NamedGuardrail } from "../data/guardrailNames.ts";
import { runRetriable } from "../platform/retryAction.ts";
import { runWithProgress } from "../ui/progress.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { findGuardrail, showGuardrail } from "./allGuardrails.ts";

/** Updates a guardrail and shows OpenRouter's response in the view. `PATCH /guardrails/{id}` */
export async function updateGuardrail(
  session: AccountSession,
  guardrail: Guardrail,
  body: GuardrailUpdate,
): Promise<void> {
  if (Object.keys(body).length === 0) {
    requireLive(session);
    const text = vscode.l10n.t("{0} is already set this way; nothing was sent.", guardrailName(guardrail, session));
    return void vscode.window.showInformationMessage(text);
  }
  const title = vscode.l10n.t("Changing {0}", guardrailName(guardrail, session));
  const send = async () => {
    requireKnownGuardrail(session, guardrail);
    return runWithProgress(title, (signal) => patchGuardrail(session.client, guardrail.id, body, { signal }));
  };
  await runRetriable(send, (changed) => {
    showGuardrail(session, changed);
    void warnOfDifferences(guardrailName(guardrail, session), body, changed);
  });
}

/** Reads the guardrail again and updates the view, since the loaded copy may be hours old. See `readGuardrail`. */
export async function freshGuardrail(session: AccountSession, guardrail: Guardrail): Promise<Guardrail> {
  requireKnownGuardrail(session, guardrail);
  const title = vscode.l10n.t("Loading {0}", guardrailName(guardrail, session));
  const now = await runWithProgress(title, (signal) => readGuardrail(session.client, guardrail.id, { signal }));
  showGuardrail(session, now);
  return now;
}

/** @throws Error if the guardrail was deleted after the user was asked about it */
export function requireKnownGuardrail(session: AccountSession, guardrail: NamedGuardrail): void {
  if (findGuardrail(session.data.guardrails.current?.value, guardrail.id)) return;
  throw new Error(
    vscode.l10n.t(
      "{0} is no longer in the current account. Nothing was sent; refresh the view.",
      guardrailName(guardrail, session),
    ),
  );
}
