import * as vscode from "vscode";
import { fieldLabel } from "./fieldLabel.ts";
import { type PickItem, pickOne } from "./pick.ts";
import { BACK, type InputPosition, type WizardStep } from "./wizard.ts";

export interface ReviewLine {
  /** The field as OpenRouter names it, or a text of the interface. */
  field: string;
  value: string;
}

type Choice = "send" | "cancel" | "info";

export interface Review {
  lines: ReviewLine[];
  notes?: string[];
  /** Consequences that the user may not expect. */
  warnings?: string[];
}

/**
 * The last step: lists the fields to send, in the interface's words with OpenRouter's name beside them. Nothing is sent
 * until the user presses Enter on the row with `accept`.
 * @param safe for a destructive change: a first row that cancels, so that Enter alone destroys nothing
 */
export function reviewStep<S>(accept: string, describe: (state: S) => Review, safe?: string): WizardStep<S> {
  return {
    async ask(state: S, position: InputPosition) {
      const { lines, notes = [], warnings = [] } = describe(state);
      const { about } = position;
      const separator = (label: string): PickItem<Choice> => ({
        label,
        value: "info",
        kind: vscode.QuickPickItemKind.Separator,
      });
      const info = (label: string, description?: string): PickItem<Choice> => ({
        ...{ label, description, value: "info", alwaysShow: true },
      });
      const rows: PickItem<Choice>[] = [
        ...(safe === undefined ? [] : [{ label: `$(close) ${safe}`, value: "cancel" as const, alwaysShow: true }]),
        { label: `$(check) ${accept}`, value: "send", alwaysShow: true },
        ...(about === undefined ? [] : [info(about)]),
        ...warnings.map((warning) => info(`$(warning) ${warning}`)),
        separator(vscode.l10n.t("Changes to send")),
        ...lines.map(({ field, value }) => {
          const label = fieldLabel(field);
          return label === field ? info(field, value) : info(`${label}: ${value}`, field);
        }),
        ...(notes.length ? [separator(vscode.l10n.t("Good to know"))] : []),
        ...notes.map((note) => info(`$(info) ${note}`)),
      ];
      for (;;) {
        const placeholder =
          safe === undefined
            ? vscode.l10n.t("Press Enter on the first row to send, Escape to cancel")
            : vscode.l10n.t("Select “{0}” to send, Escape to cancel", accept);
        const go = await pickOne({ ...position, about: undefined }, { items: rows, placeholder });
        if (go === BACK) return BACK;
        if (go === "send") return {};
        if (go === "cancel") throw new vscode.CancellationError();
      }
    },
  };
}
