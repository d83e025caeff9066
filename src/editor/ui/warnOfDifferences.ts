import * as vscode from "vscode";
import { findDifferences } from "../../openrouter/index.ts";
import { safeLabel } from "../platform/safeLabel.ts";

/** Warns about fields whose values in OpenRouter's response to a write differ from the requested ones. */
export async function warnOfDifferences(name: string, requested: object, returned: object): Promise<void> {
  const t = vscode.l10n.t;
  const value = (json: unknown) => (json === undefined ? t("unknown") : JSON.stringify(json));
  const found = findDifferences(requested, returned).map((one) =>
    safeLabel(t("{0}: requested {1}, got {2}", one.field, value(one.requested), value(one.returned))),
  );
  if (found.length === 0) return;
  await vscode.window.showWarningMessage(t("OpenRouter didn't apply all changes to {0}: {1}", name, found.join("; ")));
}
