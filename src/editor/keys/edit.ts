import * as vscode from "vscode";
import { type Key, type KeyUpdate, resets } from "../../openrouter/index.ts";
import type { App } from "../app.ts";
import { shown } from "../platform/safeLabel.ts";
import { askText } from "../ui/askText.ts";
import { pickOne } from "../ui/pick.ts";
import { type ReviewLine, reviewStep } from "../ui/review.ts";
import { parseUsd } from "../ui/usd.ts";
import { usdProblem } from "../ui/usdProblem.ts";
import { BACK, type Step, wizard } from "../ui/wizard.ts";
import { changeKey } from "./changeKey.ts";
import { keyName } from "./keyRows.ts";
import { limitText, resetText } from "./keyText.ts";
import { keyFor } from "./pickKey.ts";

export async function editKeyLimit(app: App, target: unknown): Promise<void> {
  const title = vscode.l10n.t("Edit Limit of Key");
  const key = await keyFor(app, target, { title });
  await edit(app, key, title, limitStep<KeyUpdate>(key.limit), ({ limit }) => [
    { field: "limit", value: change(limitText(key.limit, undefined), limitText(limit, undefined)) },
  ]);
}

export async function renameKey(app: App, target: unknown): Promise<void> {
  const title = vscode.l10n.t("Rename Key");
  const key = await keyFor(app, target, { title });
  await edit(app, key, title, nameStep<KeyUpdate>(key.name), ({ name = "" }) => [
    { field: "name", value: change(keyName(key), shown(name)) },
  ]);
}

export async function changeKeyReset(app: App, target: unknown): Promise<void> {
  const title = vscode.l10n.t("Change Reset of Key");
  const key = await keyFor(app, target, { title });
  await edit(app, key, title, resetStep<KeyUpdate>(key.limit_reset), ({ limit_reset }) => [
    { field: "limit_reset", value: change(resetText(key.limit_reset), resetText(limit_reset)) },
  ]);
}

/** One question, then what will be sent, then the PATCH with that field alone. */
async function edit(
  app: App,
  key: Key,
  title: string,
  step: Step<KeyUpdate>,
  lines: (body: KeyUpdate) => ReviewLine[],
): Promise<void> {
  const steps = [step, reviewStep<KeyUpdate>(vscode.l10n.t("Change Key"), (body) => ({ lines: lines(body) }))];
  await changeKey(app, key, await wizard(`${title}: ${keyName(key)}`, {}, steps));
}

const change = (before: string, after: string) => `${before} → ${after}`;

export function nameStep<S extends { name?: string }>(before?: string): Step<S> {
  return {
    async ask(state, place) {
      const name = await askText(place, {
        value: state.name ?? before,
        prompt: vscode.l10n.t("The name of the key"),
        validate: (text) => (text.trim() ? undefined : vscode.l10n.t("A key needs a name.")),
      });
      return name === BACK ? BACK : ({ name: name.trim() } as Partial<S>);
    },
  };
}

export function limitStep<S extends { limit?: number | null }>(before?: number | null): Step<S> {
  return {
    async ask(state, place) {
      const limit = state.limit === undefined ? before : state.limit;
      const text = await askText(place, {
        value: limit === null || limit === undefined ? "" : String(limit),
        prompt: vscode.l10n.t("Spending limit in USD; empty for no limit"),
        placeholder: vscode.l10n.t("no limit"),
        validate: usdProblem,
      });
      return text === BACK ? BACK : ({ limit: parseUsd(text) ?? null } as Partial<S>);
    },
  };
}

export function resetStep<S extends { limit_reset?: string | null; limit?: number | null }>(
  before?: string | null,
  when?: (state: S) => boolean,
): Step<S> {
  const explained: Record<string, string> = {
    daily: vscode.l10n.t("at midnight UTC"),
    weekly: vscode.l10n.t("on Monday, midnight UTC"),
    monthly: vscode.l10n.t("on the first of the month, midnight UTC"),
  };
  return {
    when,
    async ask(state, place) {
      const items = [null, ...resets].map((value) => ({
        label: value ? resetText(value) : vscode.l10n.t("never"),
        description: value ? explained[value] : vscode.l10n.t("the limit is for the key's whole life"),
        value: value as string | null,
      }));
      const current = state.limit_reset === undefined ? (before ?? null) : state.limit_reset;
      const limit_reset = await pickOne(place, {
        items,
        placeholder: vscode.l10n.t("When does the limit begin anew?"),
        active: (value) => value === current,
      });
      return limit_reset === BACK ? BACK : ({ limit_reset } as Partial<S>);
    },
  };
}
