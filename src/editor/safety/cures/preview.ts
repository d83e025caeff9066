import * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import type { CureItem, CureRun } from "../../../openrouter/safety/cures/record.ts";
import { nameComparator } from "../../../openrouter/text/format.ts";
import { redact, shortLabel } from "../../../openrouter/text/redact.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { keyName } from "../../data/names.ts";
import { workspaceNames } from "../../data/workspaceNames.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type PickItem, pickMany } from "../../ui/pick.ts";
import { BACK, type WizardStep } from "../../ui/wizard.ts";
import { requestText } from "./texts.ts";

/** A request that may be sent, before the person decides. */
export interface PlannedItem {
  item: CureItem;
  /** Facts that help to decide, such as the figure that a limit is based on. */
  notes?: readonly string[];
  /** Why it is not checked at first. */
  warning?: string;
}

export interface Plan {
  run: Pick<CureRun, "kind" | "replace" | "guardrails">;
  items: readonly PlannedItem[];
  /** Keys that need no request, and why. */
  leftOut?: string;
}

export interface PreviewDraft {
  plan?: Plan;
  chosen?: CureItem[];
}

/** Creates an item from a key. */
export function itemOf(key: Key, change: Pick<CureItem, "expect" | "want"> & Partial<CureItem>): CureItem {
  const { hash, label, workspace_id } = key;
  return {
    hash,
    name: redact(keyName(key)),
    label: shortLabel(label),
    workspace_id: workspace_id ?? undefined,
    state: "waiting",
    ...change,
  };
}

/**
 * The step that shows every request of a plan: method, path and fields. All are checked but those with a warning; the person
 * can search them and uncheck any. Nothing is sent yet.
 */
export function previewStep<S extends PreviewDraft>(
  session: AccountSession,
  planOf: (state: S) => Plan | Promise<Plan>,
): WizardStep<S> {
  const t = vscode.l10n.t;
  return {
    async ask(state, position) {
      const plan = await planOf(state);
      const names = workspaceNames(session.data.keys.current?.value.workspaces);
      const order = nameComparator(displayLocale());
      const items = plan.items
        .toSorted((a, b) => order(a.item.name, b.item.name))
        .map(({ item, notes = [], warning }): PickItem<CureItem> & { isChecked: boolean } => ({
          label: item.name,
          description: [item.label, names.size > 1 && names.get(item.workspace_id ?? ""), ...notes]
            .filter(Boolean)
            .join(" · "),
          detail: [warning && `$(warning) ${warning}`, safeLabel(requestText(plan.run, item))]
            .filter(Boolean)
            .join(" · "),
          value: item,
          isChecked: warning === undefined,
        }));
      if (items.length === 0) throw new Error(plan.leftOut ?? t("This command doesn't apply to any key."));
      const initially = new Set(items.filter(({ isChecked }) => isChecked).map(({ value }) => value.hash));
      let placeholder = [t("Requests to send; uncheck what should stay as it is"), plan.leftOut]
        .filter(Boolean)
        .join(" · ");
      for (;;) {
        const chosen = await pickMany(position, { items, placeholder, checked: ({ hash }) => initially.has(hash) });
        if (chosen === BACK) return BACK;
        if (chosen.length > 0) return { plan, chosen } as Partial<S>;
        placeholder = t("Select at least one, or press Escape");
      }
    },
  };
}
