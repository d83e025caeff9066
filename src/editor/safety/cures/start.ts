import type { CureKind } from "../../../openrouter/safety/cures/record.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { type WizardStep, wizard } from "../../ui/wizard.ts";
import { confirmRun } from "./confirmRun.ts";
import { executeRun } from "./execute.ts";
import { type PreviewDraft, previewStep } from "./preview.ts";
import { recordRun } from "./recordRun.ts";
import type { CureServices } from "./services.ts";
import { type CureTargets, targetsOf } from "./targets.ts";
import { cureTitle } from "./texts.ts";

/** Starts a cure for the selected keys: asks for its choices, shows every request, asks once more, and runs. */
export async function startCure(
  services: CureServices,
  kind: Exclude<CureKind, "enable">,
  target: unknown,
  selection: unknown,
): Promise<void> {
  const title = cureTitle({ kind });
  const targets = await targetsOf(services, target, selection, title);
  const { session } = targets;
  const { plan, chosen = [] } = await choose(services, kind, targets, title);
  if (!plan || !(await confirmRun(session, plan.run, chosen))) return;
  await executeRun(services, session, await recordRun(services, session, { ...plan.run, items: chosen }));
}

async function choose(
  services: CureServices,
  kind: Exclude<CureKind, "enable">,
  targets: CureTargets,
  title: string,
): Promise<PreviewDraft> {
  const ask = <S extends PreviewDraft>(steps: WizardStep<S>[]) =>
    wizard<S>(targets.session as AccountSession, title, {} as S, steps);
  switch (kind) {
    case "setLimit":
      return ask((await import("./plan/setLimit.ts")).setLimitSteps(targets));
    case "replace":
      return ask(await (await import("./plan/replace.ts")).replaceSteps(services, targets));
    case "assignGuardrail":
      return ask(await (await import("./plan/assignGuardrail.ts")).assignGuardrailSteps(targets));
    case "disable":
      return ask([previewStep(targets.session, (await import("./plan/disable.ts")).planDisable(targets))]);
    case "delete":
      return ask([previewStep(targets.session, (await import("./plan/delete.ts")).planDelete(services, targets))]);
  }
}
