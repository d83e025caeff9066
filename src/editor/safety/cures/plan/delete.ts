import * as vscode from "vscode";
import { getKeyCost } from "../../../../openrouter/keys/keyCost.ts";
import { idleSince } from "../../../../openrouter/safety/cures/judge.ts";
import { formatMoney } from "../../../../openrouter/text/format.ts";
import { lastUseText } from "../../../keys/keyText.ts";
import { displayLocale } from "../../../platform/locale.ts";
import { itemOf, type Plan } from "../preview.ts";
import type { CureTargets } from "../targets.ts";

/** Plans to delete keys. Those that were idle are not deleted if they are used until then. */
export const planDelete =
  ({ session, keys }: CureTargets) =>
  (): Plan => ({
    run: { kind: "delete" },
    items: keys.map((key) => {
      const spent = getKeyCost(key, "total");
      return {
        item: itemOf(key, { expect: {}, want: {}, spent, idleSince: idleSince(key, session.client.now()) }),
        notes: [
          vscode.l10n.t("spent {0}", formatMoney(spent, displayLocale())),
          vscode.l10n.t("last used: {0}", lastUseText(key)),
        ],
      };
    }),
  });
