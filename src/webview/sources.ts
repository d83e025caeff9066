// Texts about the sources of the figures and what is missing.
import { t } from "@vscode/l10n";
import type { SpendNote, SpendSource, SpendTable } from "../openrouter/spend/model.ts";
import { formatCount, formatTime } from "../openrouter/text/format.ts";
import { fill, h } from "./dom.ts";
import { spanName } from "./labels.ts";
import { plainCause } from "./plainCause.ts";

/** Draws one line per source and one per note. */
export function drawSources(list: HTMLElement, table: SpendTable, locale: string): void {
  fill(
    list,
    ...table.sources.map((source) => h("li", {}, sourceText(source, locale))),
    ...table.notes.map((note) => h("li", { class: "note" }, noteText(note, locale))),
  );
}

function sourceText({ source, from, to, readAt }: SpendSource, locale: string): string {
  const name = {
    activity: t("OpenRouter's activity"),
    analytics: t("OpenRouter's analytics"),
    counters: t("the keys' daily counters"),
  }[source];
  const span = spanName(from, to, locale, "long");
  return t("{0} (UTC): {1}, read at {2}", span, name, formatTime(new Date(readAt), locale));
}

export function noteText(note: SpendNote, locale: string): string {
  switch (note.kind) {
    case "analyticsUnavailable":
      return t("Analytics are unavailable ({0}), so some figures are missing.", plainCause(note.cause));
    case "activityUnavailable":
      return t("Activity is unavailable ({0}).", plainCause(note.cause));
    case "counters":
      return t("Today's figures come from the keys' counters, which have no models, requests, tokens or deleted keys.");
    case "keysAsked":
      return t(
        "Shows the {0} of {1} keys with the highest spend; the others are shown as “Unattributed”.",
        formatCount(note.asked, locale),
        formatCount(note.of, locale),
      );
    case "keysFailed":
      return t(
        "Couldn't load the spend of {0} keys ({1}); it is shown as “Unattributed”.",
        formatCount(note.failed, locale),
        plainCause(note.cause),
      );
    case "rowsUnreadable":
      return t(
        "Couldn't read {0} of {1} rows (field {2}), so they are not included.",
        formatCount(note.count, locale),
        formatCount(note.of, locale),
        note.field,
      );
    case "truncated":
      return t("OpenRouter truncated its response, so figures may be too low.");
    case "workspacesUnavailable":
      return t("This key can't list workspaces, so analytics aren't split by workspace.");
    case "namesUnavailable":
      return t(
        "The model catalog is unavailable ({0}), so some models are shown by their slug.",
        plainCause(note.cause),
      );
    case "warning":
      return t("OpenRouter says: {0}", plainCause(note.text));
  }
}
