import * as vscode from "vscode";
import { deleteGuardrail as remove } from "../../openrouter/index.ts";
import { type App, clientOf, requireSameAccount, working } from "../app.ts";
import { keyName, memberName } from "../data/names.ts";
import { withoutGuardrail } from "../data/updates.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { type Bindings, bindingsById, bindsNothing } from "./facts.ts";
import { guardrailFor, guardrailsData, RECENT_MS } from "./pickGuardrail.ts";
import { bindingText, guardrailName } from "./words.ts";

/** The question names at most this many of what the guardrail binds. */
const NAMED = 6;

/** Deletes a guardrail after showing whom it no longer binds. `DELETE /guardrails/{id}` */
export async function deleteGuardrail(app: App, target?: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const guardrail = await guardrailFor(app, target, { title: t("Delete Guardrail") });
  const bindings = bindingsById(await guardrailsData(app, RECENT_MS))(guardrail.id);
  const client = await clientOf(app);
  const name = guardrailName(guardrail);
  if (bindings.defaultOf)
    throw new Error(
      t(
        "{0} is the default guardrail of {1}, which cannot be deleted. Nothing was sent; clear what it limits instead.",
        name,
        safeLabel(bindings.defaultOf.name),
      ),
    );
  const deleteIt = t("Delete Guardrail");
  const detail = `${impact(app, bindings)}\n\n${t("This cannot be undone.")}`;
  const chosen = await vscode.window.showWarningMessage(t("Delete {0}?", name), { modal: true, detail }, deleteIt);
  if (chosen !== deleteIt) return;
  await requireSameAccount(app, client);
  await working(t("Deleting {0}", name), (signal) => remove(client, guardrail.id, { signal }));
  app.data.guardrails.change(withoutGuardrail(guardrail.id));
}

function impact(app: App, bindings: Bindings): string {
  const t = vscode.l10n.t;
  if (bindsNothing(bindings)) return t("It binds no key and no member: nothing changes for anybody.");
  const members = new Map(app.data.members.current?.value.members.map((member) => [member.id, memberName(member)]));
  const names = [
    ...bindings.keys.map(({ key_name, key_label }) => keyName({ name: key_name, label: key_label })),
    ...bindings.members.map(({ user_id }) => members.get(user_id) ?? user_id),
  ];
  const named = names.slice(0, NAMED).join(", ");
  const rest = names.length - NAMED;
  const whom = rest > 0 ? t("{0} and {1} more", named, rest) : named;
  return t(
    "It binds {0}: {1}. They are released, and nothing of its limit, lists and filters holds for them any more.",
    bindingText(bindings),
    whom,
  );
}
