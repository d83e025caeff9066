import * as vscode from "vscode";
import type { Key } from "../../../../openrouter/index.ts";
import { getKeyCost } from "../../../../openrouter/keys/keyCost.ts";
import { deletionState, idleSince } from "../../../../openrouter/safety/cures/judge.ts";
import { formatMoney } from "../../../../openrouter/text/format.ts";
import { lastUseText } from "../../../keys/keyText.ts";
import { displayLocale } from "../../../platform/locale.ts";
import { itemOf, type Plan } from "../preview.ts";
import type { CureServices } from "../services.ts";
import type { CureTargets } from "../targets.ts";

/**
 * Plans to delete keys. Those that were idle are not deleted if they are used until then, and none if somebody changes it.
 * Keys of a rotation are not checked: the new one may not be in use yet.
 */
export const planDelete =
  ({ registry }: CureServices, { session, keys }: CureTargets) =>
  async (): Promise<Plan> => ({
    run: { kind: "delete" },
    items: (await withRotations(registry, keys)).map(({ key, isRotating }) => {
      const spent = getKeyCost(key, "total");
      const idle = idleSince(key, session.client.now());
      return {
        item: itemOf(key, { expect: deletionState(key), want: {}, spent, idleSince: idle }),
        warning: isRotating ? vscode.l10n.t("part of a rotation that hasn't ended") : undefined,
        notes: [
          vscode.l10n.t("spent {0}", formatMoney(spent, displayLocale())),
          vscode.l10n.t("last used: {0}", lastUseText(key)),
        ],
      };
    }),
  });

async function withRotations(
  registry: CureServices["registry"],
  keys: readonly Key[],
): Promise<{ key: Key; isRotating: boolean }[]> {
  await registry.reload();
  const open = registry.journal.all().filter(({ step }) => step !== "finished");
  const rotating = new Set(open.flatMap((rotation) => [rotation.old.hash, rotation.new?.hash]));
  return keys.map((key) => ({ key, isRotating: rotating.has(key.hash) }));
}
