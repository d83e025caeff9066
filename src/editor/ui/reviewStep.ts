import * as vscode from "vscode";
import { type PickItem, pickOne } from "./pick.ts";
import { BACK, type InputPosition, type WizardStep } from "./wizard.ts";

export interface ReviewLine {
  /** The field as OpenRouter names it. */
  field: string;
  value: string;
}

/**
 * The last step: lists the fields to send. Nothing is sent until the user presses Enter on the first row.
 * @param describe returns the fields, and notes for the user
 */
export function reviewStep<S>(
  accept: string,
  describe: (state: S) => { lines: ReviewLine[]; notes?: string[] },
): WizardStep<S> {
  return {
    async ask(state: S, position: InputPosition) {
      const { lines, notes = [] } = describe(state);
      const separator = (label: string): PickItem<boolean> => ({
        label,
        value: false,
        kind: vscode.QuickPickItemKind.Separator,
      });
      const rows: PickItem<boolean>[] = [
        { label: `$(check) ${accept}`, value: true, alwaysShow: true },
        separator(vscode.l10n.t("Changes to send")),
        ...lines.map(({ field, value }) => ({ label: field, description: value, value: false, alwaysShow: true })),
        ...(notes.length ? [separator(vscode.l10n.t("Good to know"))] : []),
        ...notes.map((note) => ({ label: `$(info) ${note}`, value: false, alwaysShow: true })),
      ];
      for (;;) {
        const placeholder = vscode.l10n.t("Press Enter on the first row to send, Escape to cancel");
        const go = await pickOne(position, { items: rows, placeholder });
        if (go === BACK) return BACK;
        if (go) return {};
      }
    },
  };
}
