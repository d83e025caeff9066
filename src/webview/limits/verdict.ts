import { t } from "@vscode/l10n";
import { h } from "../dom.ts";
import type { ShownEntry } from "./protocol.ts";

const marks = { allowed: "✓", refused: "✕", unknown: "?" };

/** A mark with a text for screen readers: the verdict is not told by color alone. */
export function verdictIcon(verdict: ShownEntry["verdict"]): HTMLElement {
  const texts = { allowed: t("allowed"), refused: t("not allowed"), unknown: t("unknown") };
  return h(
    "span",
    { class: `mark ${verdict}` },
    h("span", { "aria-hidden": "true" }, marks[verdict]),
    h("span", { class: "visually-hidden" }, `${texts[verdict]}: `),
  );
}
