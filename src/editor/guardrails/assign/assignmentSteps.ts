import * as vscode from "vscode";
import { nameComparator } from "../../../openrouter/text/format.ts";
import { type PickItem, pickMany } from "../../ui/pick.ts";
import { type ReviewLine, reviewStep } from "../../ui/reviewStep.ts";
import { BACK, type WizardStep } from "../../ui/wizard.ts";
import type { Bindable, BindableKind } from "./bindableKinds.ts";

export interface ChosenDraft {
  chosen?: Bindable[];
}

interface ChooseOptions {
  placeholder: string;
  /** What choosing it would do, beside its name. */
  effect?(one: Bindable): string | undefined;
}

/** At least one of these keys or members. */
export function chooseTargetsStep(
  kind: BindableKind,
  all: readonly Bindable[],
  options: ChooseOptions,
): WizardStep<ChosenDraft> {
  const items = all.map(
    (value): PickItem<Bindable> => ({
      label: value.name,
      description: [options.effect?.(value), value.about].filter(Boolean).join(" · "),
      detail: value.detail,
      iconPath: new vscode.ThemeIcon(kind.icon),
      value,
    }),
  );
  return {
    async ask(state, place) {
      let placeholder = options.placeholder;
      for (;;) {
        const checked = (one: Bindable) => state.chosen?.includes(one) ?? false;
        const chosen = await pickMany(place, { items, placeholder, checked });
        if (chosen === BACK) return BACK;
        if (chosen.length) return { chosen };
        placeholder = vscode.l10n.t("Select at least one, or press Escape");
      }
    },
  };
}

/** The review shows at most this many by name. */
const NAMED = 50;

/** Who will be bound, in place of which guardrail. */
export function assignmentReviewStep(
  kind: BindableKind,
  accept: string,
  replaced: (one: Bindable) => string | undefined,
): WizardStep<ChosenDraft> {
  const t = vscode.l10n.t;
  return reviewStep<ChosenDraft>(accept, ({ chosen = [] }) => {
    const leaving = Map.groupBy(
      chosen.filter((one) => replaced(one) !== undefined),
      (one) => replaced(one),
    );
    const order = nameComparator(vscode.env.language);
    const lines: ReviewLine[] = [...chosen]
      .sort((a, b) => order(a.name, b.name))
      .slice(0, NAMED)
      .map((one) => {
        const owner = replaced(one);
        return { field: one.name, value: owner === undefined ? one.about : t("replaces {0}", owner) };
      });
    const rest = chosen.length - NAMED;
    return {
      lines: [
        { field: kind.field, value: kind.count(chosen.length) },
        ...lines,
        ...(rest > 0 ? [{ field: t("and {0} more", rest), value: "" }] : []),
      ],
      notes: [...leaving].map(([owner, ones]) =>
        t("{0} will no longer apply to {1}.", owner ?? "", kind.count(ones.length)),
      ),
    };
  });
}
