// The quick pick with what another model would have cost.
import * as vscode from "vscode";
import type { Candidate } from "../../../openrouter/foresight/whatIf/model.ts";
import type { WhatIfReading } from "../../../openrouter/foresight/whatIf/readWhatIf.ts";
import type { Key } from "../../../openrouter/index.ts";
import { formatCount, formatMoney } from "../../../openrouter/text/format.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession, AccountSessions } from "../../data/accountData.ts";
import { keyName } from "../../data/names.ts";
import type { KeyNode } from "../../keys/keyRows.ts";
import { displayLocale } from "../../platform/locale.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type PickItem, pickOne } from "../../ui/pick.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { BACK } from "../../ui/wizard.ts";
import { readForSession } from "./readForSession.ts";
import { headlineText, showCandidate } from "./whatIfTexts.ts";

/** Compares the usage of the last 30 days, of the row's key or of the whole account, with other models. */
export async function compareModels(sessions: AccountSessions, row: unknown): Promise<void> {
  const session = await sessions.for(row);
  const { key } = (row ?? {}) as Partial<KeyNode>;
  let model: string | undefined;
  let used: WhatIfReading["usage"] | undefined;
  for (;;) {
    const query = { keys: key && [key.hash], model };
    const reading = await runWithProgress(vscode.l10n.t("Comparing the costs of models…"), (signal) =>
      readForSession(session, query, signal),
    );
    requireLive(session);
    used ??= reading.usage;
    if (reading.usage.length === 0) return void vscode.window.showInformationMessage(headlineText(reading));
    const chosen = await pickCandidate(session, key, reading, used.length > 1);
    if (chosen === BACK) model = undefined;
    else if (chosen === "usedModel") model = await pickUsedModel(session, used);
    else return;
  }
}

/** Shows the candidates until one is copied or opened, another used model is wanted, or the user goes back. */
async function pickCandidate(
  session: AccountSession,
  key: Key | undefined,
  reading: WhatIfReading,
  canChoose: boolean,
): Promise<"usedModel" | "done" | typeof BACK> {
  const t = vscode.l10n.t;
  const title = key
    ? t("What Another Model Would Have Cost: {0}", quoted(keyName(key)))
    : t("What Another Model Would Have Cost");
  const items: PickItem<Candidate | "usedModel">[] = reading.candidates.map((candidate) => {
    const { name, saving, cost, range, certain, notes } = showCandidate(candidate);
    return {
      label: name,
      description: saving,
      detail: [range ? `${cost} (${range})` : cost, certain, ...notes].filter(Boolean).join(" · "),
      value: candidate,
    };
  });
  if (canChoose)
    items.unshift({
      label: t("Only One of the Used Models…"),
      iconPath: new vscode.ThemeIcon("filter"),
      value: "usedModel",
    });
  for (;;) {
    const placeholder = t("{0}: the same tokens at list prices; quality isn't compared", headlineText(reading));
    const chosen = await pickOne({ title, account: session }, { items, placeholder });
    if (chosen === BACK || chosen === "usedModel") return chosen;
    if ((await showProviders(session, chosen)) !== BACK) return "done";
  }
}

async function pickUsedModel(session: AccountSession, used: WhatIfReading["usage"]): Promise<string | undefined> {
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const all: PickItem<string | undefined> = { label: t("All Used Models"), value: undefined };
  const items = used.map(({ model, cost, requests }) => ({
    label: safeLabel(model),
    description: t("{0} for {1} requests", formatMoney(cost, locale), formatCount(requests, locale)),
    value: model,
  }));
  const chosen = await pickOne<string | undefined>(
    { title: t("What Another Model Would Have Cost"), account: session, canGoBack: true },
    { items: [all, ...items], placeholder: t("Select a used model") },
  );
  return chosen === BACK ? undefined : chosen;
}

/** Shows what a candidate would have cost at each provider, and offers its id and its page. */
async function showProviders(session: AccountSession, candidate: Candidate): Promise<typeof BACK | undefined> {
  const t = vscode.l10n.t;
  const { name, saving, certain, providers = [] } = showCandidate(candidate);
  const chosen = await pickOne<"copy" | "open">(
    { title: name, account: session, canGoBack: true },
    {
      items: [
        {
          label: t("Copy Model ID"),
          description: safeLabel(candidate.id),
          iconPath: new vscode.ThemeIcon("copy"),
          value: "copy",
        },
        { label: t("Open on OpenRouter"), iconPath: new vscode.ThemeIcon("link-external"), value: "open" },
        ...providers.map((provider) => ({ label: provider.name, description: provider.cost, value: "open" as const })),
      ],
      placeholder: [saving, certain].filter(Boolean).join(" · "),
    },
  );
  if (chosen === BACK) return BACK;
  if (chosen === "copy") await vscode.env.clipboard.writeText(candidate.id);
  else await vscode.env.openExternal(vscode.Uri.parse(`https://openrouter.ai/${encodeURI(candidate.id)}`));
  return undefined;
}
