// A searchable list of the catalog's models or providers, with what the key may use of it.
import { t } from "@vscode/l10n";
import { foldText, foldWords } from "../../openrouter/text/fold.ts";
import { fill, h } from "../dom.ts";
import { lineItem, type OpenGuardrail, sourceLinks } from "./links.ts";
import type { CatalogList, ShownEntry } from "./protocol.ts";
import { verdictIcon } from "./verdict.ts";

interface Texts {
  title: string;
  search: string;
  none: string;
}

interface CatalogSection {
  element: HTMLElement;
  show(list: CatalogList): void;
  /** Forgets what was searched. */
  reset(): void;
}

/** Hundreds of rows at once would be slow to draw and to scroll past. */
const BATCH = 50;

export function createCatalogSection(texts: Texts, open: OpenGuardrail): CatalogSection {
  let list: CatalogList = { summary: { text: "" }, entries: [], notes: [] };
  let rowCount = BATCH;

  const summary = h("ul", { class: "lines" });
  const notes = h("ul", { class: "lines" });
  const search = h("input", {
    type: "text",
    class: "search",
    placeholder: texts.search,
    "aria-label": texts.search,
    spellcheck: "false",
    on: { input: restart },
  });
  const filter = h("select", { "aria-label": t("Show"), on: { change: restart } });
  const rows = h("ul", { class: "entries" });
  const more = h("button", { class: "secondary more", on: { click: showMore } });
  const count = h("p", { class: "count", role: "status" });
  const element = h(
    "section",
    { class: "catalog" },
    h("h2", {}, texts.title),
    summary,
    notes,
    h("div", { class: "controls" }, search, filter),
    count,
    rows,
    more,
  );

  function restart(): void {
    rowCount = BATCH;
    draw();
  }

  function showMore(): void {
    const next = rowCount;
    rowCount += BATCH;
    draw();
    // The button may be gone; the keyboard continues with the first new row.
    (rows.children[next] as HTMLElement | undefined)?.focus();
  }

  function draw(): void {
    const words = foldWords(search.value);
    const wanted = filter.value;
    const matching = list.entries.filter(
      (entry) =>
        (wanted === "all" || (wanted === "allowed") === (entry.verdict === "allowed")) &&
        words.every((word) => foldText(`${entry.name} ${entry.id}`).includes(word)),
    );
    fill(rows, ...matching.slice(0, rowCount).map((entry) => entryRow(entry, open)));
    rows.hidden = matching.length === 0;
    const rest = matching.length - rowCount;
    more.hidden = rest <= 0;
    more.textContent = t("Show {0} More", Math.min(BATCH, rest));
    const isSearching = words.length > 0;
    count.textContent = matching.length === 0 ? texts.none : isSearching ? t("{0} found", matching.length) : "";
    count.hidden = count.textContent === "" || list.entries.length === 0;
  }

  /** Keeps the choice, unless there is nothing of it. */
  function drawFilter(): void {
    const allowed = list.entries.filter(({ verdict }) => verdict === "allowed").length;
    const others = list.entries.length - allowed;
    const choices = [
      ["all", t("All ({0})", list.entries.length)],
      ["allowed", t("Allowed ({0})", allowed)],
      ["others", t("Not allowed ({0})", others)],
    ] as const;
    const chosen = filter.value || "all";
    fill(filter, ...choices.map(([value, text]) => h("option", { value }, text)));
    filter.value = chosen;
  }

  return {
    element,
    show(next) {
      if (JSON.stringify(next) === JSON.stringify(list)) return;
      list = next;
      fill(summary, lineItem(list.summary, open));
      fill(notes, ...list.notes.map((note) => lineItem(note, open)));
      notes.hidden = list.notes.length === 0;
      drawFilter();
      draw();
    },
    reset() {
      search.value = "";
      filter.value = "all";
      restart();
    },
  };
}

function entryRow({ id, name, verdict, reason, from = [] }: ShownEntry, open: OpenGuardrail): HTMLElement {
  return h(
    "li",
    { class: `entry ${verdict}`, "data-entry": id, tabindex: -1 },
    verdictIcon(verdict),
    h(
      "div",
      {},
      h("span", { class: "name" }, name),
      name !== id && " ",
      name !== id && h("code", {}, id),
      reason !== undefined && h("p", { class: "reason" }, reason, " ", ...sourceLinks(from, open)),
    ),
  );
}
