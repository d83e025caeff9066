import * as vscode from "vscode";
import { viewIds } from "../platform/ids.ts";
import { filterBox } from "../ui/filterBox.ts";
import type { GuardrailList } from "./guardrailsView.ts";

/** Filters the Guardrails view while the user types. */
export function filterGuardrails(view: GuardrailList): Promise<void> {
  return filterBox({
    view: viewIds.guardrails,
    title: vscode.l10n.t("Filter Guardrails"),
    prompt: vscode.l10n.t(
      "Searches name, workspace, limit, keys, members, models and providers. All words must match. Leave empty to show all guardrails.",
    ),
    value: view.filter,
    apply: view.setFilter,
  });
}
