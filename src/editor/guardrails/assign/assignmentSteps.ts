import * as vscode from "vscode";
import { nameComparator } from "../../../openrouter/text/format.ts";
import { displayLocale } from "../../platform/locale.ts";
import { type PickItem, pickMany } from "../../ui/pick.ts";
import { type ReviewLine, reviewStep } from "../../ui/reviewStep.ts";
import { BACK, type WizardStep } from "../../ui/wizard.ts";
import type { Bindable, BindableKind } from "./bindableKinds.ts";

export interface ChosenDraft {
  chosen?: Bindable[];
}

interface ChooseOptions {
  placeholder: string;
  /** The effect of choosing an item, shown beside its name. */
  effect?(item: Bindable): string | undefined;
}

/** Asks for at least one of the given keys or members. */
export function chooseTargetsStep(
  kind: BindableKind,
  all: readonly Bindable[],
  options: ChooseOptions,
): WizardStep<ChosenDraft> {
  const items = all.map(
    (value): PickItem<Bindable> => ({
      label: value.name,
      description: [options.effect?.(value), value.description].filter(Boolean).join(" · "),
      detail: value.detail,
      iconPath: new vscode.ThemeIcon(kind.icon),
      value,
    }),
  );
  return {
    async ask(state, position) {
      let placeholder = options.placeholder;
      for (;;) {
        const checked = (one: Bindable) => state.chosen?.includes(one) ?? false;
        const chosen = await pickMany(position, { items, placeholder, checked });
        if (chosen === BACK) return BACK;
        if (chosen.length) return { chosen };
        placeholder = vscode.l10n.t("Select at least one, or press Escape");
      }
    },
  };
}

/** The maximum number of keys or members listed by name in the review. */
const MAX_NAMED = 50;

/** Shows what will be assigned and which guardrails that replaces. @param safe see `reviewStep` */
export function assignmentReviewStep(
  kind: BindableKind,
  accept: string,
  replacedGuardrail: (one: Bindable) => string | undefined,
  safe?: string,
): WizardStep<ChosenDraft> {
  const t = vscode.l10n.t;
  const describe = ({ chosen = [] }: ChosenDraft) => {
    const byReplaced = Map.groupBy(
      chosen.filter((one) => replacedGuardrail(one) !== undefined),
      (one) => replacedGuardrail(one),
    );
    const order = nameComparator(displayLocale());
    const lines: ReviewLine[] = [...chosen]
      .sort((a, b) => order(a.name, b.name))
      .slice(0, MAX_NAMED)
      .map((one) => {
        const replaced = replacedGuardrail(one);
        const effect = replaced !== undefined && t("replaces {0}", replaced);
        return { field: one.name, value: [one.description, effect].filter(Boolean).join(" · ") };
      });
    const rest = chosen.length - MAX_NAMED;
    return {
      lines: [
        { field: kind.field, value: kind.countText(chosen.length) },
        ...lines,
        ...(rest > 0 ? [{ field: t("and {0} more", rest), value: "" }] : []),
      ],
      notes: [...byReplaced].map(([owner, ones]) =>
        t("{0} will no longer apply to {1}.", owner ?? "", kind.countText(ones.length)),
      ),
    };
  };
  return reviewStep<ChosenDraft>(accept, describe, safe);
}
