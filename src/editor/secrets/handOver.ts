import * as vscode from "vscode";
import type { HandedOver } from "../../openrouter/rotation/types.ts";
import { askModal } from "../platform/dialogs.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { offerToClear } from "./clipboard.ts";
import type { HeldSecrets } from "./heldSecrets.ts";

/** A way of handing a new secret over; answers whether its owner now has it. */
export interface Way {
  how: HandedOver;
  label: string;
  detail: string;
  icon: string;
  take(secret: string): Promise<boolean>;
}

interface HandOverOptions {
  title: string;
  /** Ways beside Copy and Keep. */
  more?: Way[];
  /** The way that was chosen already: the choice comes where it does not succeed. */
  first?: HandedOver;
  /** Writes down that the owner has it, before the secret is forgotten. */
  acknowledge?(how: HandedOver): Promise<void>;
}

/**
 * Offers the ways until the owner has acknowledged one: only then is the secret forgotten, or kept by their wish.
 * @returns whether that happened; otherwise the secret waits in SecretStorage
 */
export async function handOver(
  held: HeldSecrets,
  key: { hash: string; name: string },
  { title, more = [], first, acknowledge }: HandOverOptions,
): Promise<boolean> {
  const secret = await held.secret(key.hash);
  if (secret === undefined)
    throw new Error(vscode.l10n.t("The secret of {0} is no longer in VS Code's secret storage.", safeLabel(key.name)));
  const ways = [copy(key.name), ...more, keep(held, key)];
  const placeholder = vscode.l10n.t("OpenRouter shows this secret only once: where should it go?");
  let chosen = ways.find(({ how }) => how === first);
  for (;;) {
    const way: Way | typeof BACK | undefined =
      chosen ?? (await pickOne({ title }, { items: ways.map(asItem), placeholder }).catch(closed));
    chosen = undefined;
    if (!way) return false;
    if (way === BACK || !(await way.take(secret))) continue;
    await acknowledge?.(way.how);
    if (held.stateOf(key.hash) !== "kept") await held.discard(key.hash);
    return true;
  }
}

function closed(error: unknown): undefined {
  if (!(error instanceof vscode.CancellationError)) throw error;
}

function asItem(way: Way): PickItem<Way> {
  return { label: `$(${way.icon}) ${way.label}`, detail: way.detail, value: way };
}

function copy(name: string): Way {
  return {
    how: "copied",
    icon: "copy",
    label: vscode.l10n.t("Copy"),
    detail: vscode.l10n.t("To the clipboard, to paste it where the application reads it"),
    async take(secret) {
      await vscode.env.clipboard.writeText(secret);
      const saved = vscode.l10n.t("I Have Saved It");
      const question = vscode.l10n.t("The secret of {0} is on the clipboard.", safeLabel(name));
      const detail = vscode.l10n.t(
        "Paste it where the application reads it. VS Code forgets it once you say that it is saved.",
      );
      const answer = await askModal(question, { detail: [detail], buttons: [saved], severity: "information" });
      if (answer !== saved) return false;
      void offerToClear(secret);
      return true;
    },
  };
}

function keep(held: HeldSecrets, key: { hash: string; name: string }): Way {
  return {
    how: "kept",
    icon: "lock",
    label: vscode.l10n.t("Keep in VS Code"),
    detail: vscode.l10n.t("In VS Code's secret storage; “Copy Stored Secret” gives it out later"),
    async take() {
      await held.keep(key.hash);
      return true;
    },
  };
}
