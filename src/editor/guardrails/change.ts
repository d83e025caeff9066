import * as vscode from "vscode";
import { type Guardrail, type GuardrailUpdate, updateGuardrail } from "../../openrouter/index.ts";
import { type App, clientOf, working } from "../app.ts";
import { withGuardrail } from "./facts.ts";
import { guardrailName } from "./words.ts";

/** Sends a change of a guardrail and shows its row as the API answered. `PATCH /guardrails/{id}` */
export async function changeGuardrail(app: App, guardrail: Guardrail, body: GuardrailUpdate): Promise<void> {
  if (Object.keys(body).length === 0) {
    const text = vscode.l10n.t("{0} is so already: nothing was sent.", guardrailName(guardrail));
    return void vscode.window.showInformationMessage(text);
  }
  const client = await clientOf(app);
  const title = vscode.l10n.t("Changing {0}", guardrailName(guardrail));
  const changed = await working(title, (signal) => updateGuardrail(client, guardrail.id, body, { signal }));
  app.data.guardrails.change(withGuardrail(changed));
}
