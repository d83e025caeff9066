import * as vscode from "vscode";
import type { Key, KeyUpdate } from "../../openrouter/index.ts";
import { describeKey } from "../data/describeKey.ts";
import { keyName } from "../data/names.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { exactLimitText, resetText } from "../ui/limitText.ts";
import { type ReviewLine, reviewStep } from "../ui/reviewStep.ts";
import { type WizardStep, wizard } from "../ui/wizard.ts";
import { changeKey } from "./changeKey.ts";
import { keyLimitStep, keyNameStep, keyResetStep } from "./keySteps.ts";
import { limitWarnings } from "./limitWarnings.ts";
import { keyFor } from "./pickKey.ts";
import type { KeyServices } from "./services.ts";

export async function editKeyLimit(services: KeyServices, target: unknown): Promise<void> {
  await edit(services, target, {
    title: vscode.l10n.t("Edit Key Limit"),
    step: (key) => keyLimitStep(key.limit),
    lines: (key, { limit }) => [
      { field: "limit", value: transition(exactLimitText(key.limit), exactLimitText(limit)) },
    ],
  });
}

export async function renameKey(services: KeyServices, target: unknown): Promise<void> {
  await edit(services, target, {
    title: vscode.l10n.t("Rename Key"),
    step: (key) => keyNameStep(key.name),
    lines: (key, { name = "" }) => [{ field: "name", value: transition(keyName(key), safeLabel(name)) }],
  });
}

export async function changeKeyReset(services: KeyServices, target: unknown): Promise<void> {
  await edit(services, target, {
    title: vscode.l10n.t("Change Key Limit Reset"),
    step: (key) => keyResetStep({ before: key.limit_reset }),
    lines: (key, { limit_reset }) => [
      { field: "limit_reset", value: transition(resetText(key.limit_reset), resetText(limit_reset)) },
    ],
  });
}

interface Edit {
  title: string;
  step(key: Key): WizardStep<KeyUpdate>;
  lines(key: Key, body: KeyUpdate): ReviewLine[];
}

/** Asks for one field, shows it for review, and sends a PATCH with that field only. */
async function edit({ sessions, list }: KeyServices, target: unknown, { title, step, lines }: Edit): Promise<void> {
  const session = await sessions.for(target);
  const key = await keyFor(list, session, target, { title });
  const review = reviewStep<KeyUpdate>(vscode.l10n.t("Change Key"), (body) => ({
    lines: lines(key, body),
    warnings: limitWarnings(key, body, session.client.now()),
  }));
  const steps = [step(key), review];
  const body = await wizard(session, `${title}: ${keyName(key)}`, {}, steps, describeKey(session, key));
  await changeKey(list, session, key, body);
}

const transition = (before: string, after: string) => `${before} → ${after}`;
