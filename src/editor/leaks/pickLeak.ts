import * as vscode from "vscode";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import type { LeakFacts } from "./facts.ts";
import type { Leak } from "./leak.ts";
import type { LeakList } from "./leakList.ts";
import { leakDescription } from "./text.ts";

/** Lets the user pick one of the found keys; management keys are left out, since nothing can be done with them here. */
export async function pickLeak(
  list: LeakList,
  factsOf: (leak: Leak) => LeakFacts,
  session: AccountSession | undefined,
  title: string,
): Promise<Leak> {
  const t = vscode.l10n.t;
  const leaks = list.current?.leaks.filter((leak) => !factsOf(leak).isManagement) ?? [];
  if (leaks.length === 0) {
    void vscode.window.showInformationMessage(t("No leaked key was found yet. Search for leaked keys first."));
    throw new vscode.CancellationError();
  }
  const items = leaks.map((leak) => {
    const facts = factsOf(leak);
    const name = facts.match.kind === "one" ? keyName(facts.match.key) : undefined;
    return { label: name ?? leak.secret.label, description: leakDescription(leak, facts, name), value: leak };
  });
  const picked = await pickOne(
    { title, account: session ?? "notInUse" },
    { items, placeholder: t("Select a leaked key") },
  );
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}
