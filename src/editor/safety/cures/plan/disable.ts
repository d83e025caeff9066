import * as vscode from "vscode";
import { lastUseText } from "../../../keys/keyText.ts";
import { keysText } from "../../../ui/countTexts.ts";
import { itemOf, type Plan } from "../preview.ts";
import type { CureTargets } from "../targets.ts";

/** Plans to disable the keys that aren't. */
export const planDisable =
  ({ keys }: CureTargets) =>
  (): Plan => {
    const open = keys.filter(({ disabled }) => !disabled);
    const rest = keys.length - open.length;
    return {
      run: { kind: "disable" },
      items: open.map((key) => ({
        item: itemOf(key, { expect: { disabled: false }, want: { disabled: true } }),
        notes: [vscode.l10n.t("last used: {0}", lastUseText(key))],
      })),
      leftOut: rest > 0 ? vscode.l10n.t("Already disabled: {0}", keysText(rest)) : undefined,
    };
  };
