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

/** Updates a guardrail and shows OpenRouter's response in the view. `PATCH /guardrails/{id}` */
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

/** Reads the guardrail again and updates the view, since the loaded copy may be hours old. `GET /guardrails/{id}` */
export async function freshGuardrail(session: AccountSession, guardrail: Guardrail): Promise<Guardrail> {
  requireKnownGuardrail(session, guardrail);
  const title = vscode.l10n.t("Loading {0}", guardrailName(guardrail));
  const now = await runWithProgress(title, (signal) => getGuardrail(session.client, guardrail.id, { signal }));
  session.data.guardrails.change(withGuardrail(now));
  return now;
}

/** @throws Error if the guardrail was deleted after the user was asked about it */
export function requireKnownGuardrail({ data }: AccountSession, { id, name }: Pick<Guardrail, "id" | "name">): void {
  if (data.guardrails.current?.value.guardrails.some((one) => one.id === id)) return;
  throw new Error(
    vscode.l10n.t("{0} is no longer in the current account. Nothing was sent; refresh the view.", safeLabel(name)),
  );
}
