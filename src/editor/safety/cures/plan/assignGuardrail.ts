import * as vscode from "vscode";
import type { Guardrail } from "../../../../openrouter/index.ts";
import { guardrailNames } from "../../../data/guardrailNames.ts";
import { guardrailIdByKeyHash } from "../../../guardrails/bindings.ts";
import {
  canBeAssigned,
  guardrailItems,
  guardrailsData,
  MAX_BINDINGS_AGE_MS,
} from "../../../guardrails/pickGuardrail.ts";
import { keysText } from "../../../ui/countTexts.ts";
import { pickOne } from "../../../ui/pick.ts";
import { BACK, type WizardStep } from "../../../ui/wizard.ts";
import { itemOf, type Plan, type PreviewDraft, previewStep } from "../preview.ts";
import type { CureTargets } from "../targets.ts";

interface Draft extends PreviewDraft {
  guardrail?: Guardrail;
}

/** Asks for a guardrail, then shows which keys it is assigned to and which guardrails that replaces. */
export async function assignGuardrailSteps({ session, keys }: CureTargets): Promise<WizardStep<Draft>[]> {
  const t = vscode.l10n.t;
  const data = await guardrailsData(session, MAX_BINDINGS_AGE_MS);
  const assigned = guardrailIdByKeyHash(data);
  const guardrailStep: WizardStep<Draft> = {
    async ask(state, position) {
      const items = guardrailItems(data, canBeAssigned);
      if (items.length === 0) throw new Error(t("There is no guardrail that can be assigned. Create one first."));
      const placeholder = t("Select a guardrail. Each key can have only one");
      const active = ({ id }: Guardrail) => id === state.guardrail?.id;
      const guardrail = await pickOne(position, { items, placeholder, active });
      return guardrail === BACK ? BACK : { guardrail };
    },
  };
  const planOf = ({ guardrail }: Draft): Plan => {
    const { id } = guardrail!;
    const open = keys.filter(({ hash }) => assigned.get(hash) !== id);
    const rest = keys.length - open.length;
    const ids = new Set([id, ...open.map(({ hash }) => assigned.get(hash))]);
    const guardrails = Object.fromEntries([...guardrailNames(data)].filter(([one]) => ids.has(one)));
    return {
      run: { kind: "assignGuardrail", guardrails },
      items: open.map((key) => ({
        item: itemOf(key, { expect: { guardrail: assigned.get(key.hash) ?? null }, want: { guardrail: id } }),
      })),
      leftOut: rest > 0 ? t("Already with this guardrail: {0}", keysText(rest)) : undefined,
    };
  };
  return [guardrailStep, previewStep<Draft>(session, planOf)];
}
