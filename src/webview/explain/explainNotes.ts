// Texts about what an explanation doesn't know.
import { t } from "@vscode/l10n";
import type { ExplanationNote } from "../../openrouter/foresight/explain/model.ts";
import { formatMoney, formatTime } from "../../openrouter/text/format.ts";
import { percent } from "../labels.ts";
import { shortNames } from "../shortNames.ts";
import { noteText } from "../sources.ts";
import { factorName } from "./explainLabels.ts";

/** Names more models by count only. */
const MAX_MODELS = 3;

export function explanationNote(note: ExplanationNote, locale: string): string {
  switch (note.kind) {
    case "keysUnknown":
      return t("The keys are unknown: without analytics, spend is known by model only.");
    case "unlistedKeys":
      return t(
        "Spend of keys that are not listed, such as deleted ones: {0} after, {1} before.",
        formatMoney(note.after, locale),
        formatMoney(note.before, locale),
      );
    case "inProgress":
      return t("Contains figures of a period in progress, up to {0}.", formatTime(new Date(note.until), locale));
    case "notSplit":
      return notSplitText(note.factor, percent(note.share, locale));
    case "noListPrice":
      return t(
        "No list prices of {0} ({1} of the cost): all their tokens have the same average price.",
        modelsText(note.models),
        percent(note.share, locale),
      );
    case "notAttributed":
      return note.reason === "unknown"
        ? t(
            "Requests or tokens are unknown for {0} of the cost, which can't be attributed.",
            percent(note.share, locale),
          )
        : t("Corrections are {0} of the cost; they can't be attributed.", percent(note.share, locale));
    default:
      return noteText(note, locale);
  }
}

function notSplitText(factor: "reasoning" | "caching" | "surcharges", share: string): string {
  const into = factor === "reasoning" ? factorName("completion") : factorName("price");
  return t("“{0}” is unknown for {1} of the cost, and contained in “{2}”.", factorName(factor), share, into);
}

function modelsText(models: readonly string[]): string {
  const names = shortNames(models.slice(0, MAX_MODELS)).join(", ");
  const others = models.length - MAX_MODELS;
  return others > 0 ? t("{0} and {1} others", names, others) : names;
}
