// Reads the rows of a view. Everything that is read of rows, or done to one, goes through here, so that no row is read
// while the tree is being redrawn and none is taken for another of its name.
import { type Locator, selectors } from "playwright-core";
import { type Element, exactText, readScrolling } from "./list.ts";

export interface Row {
  /** Its place among the rows that are unfolded. */
  index: number;
  last: boolean;
  label: string;
  description: string;
  ariaLabel: string;
  /** 1 at the root. */
  level: number;
  /** Undefined where there is nothing to expand. */
  expanded?: boolean;
  selected: boolean;
  /** The codicon's name; empty where there is none. */
  icon: string;
}

/** A tree is settled when so long nothing of it has changed. */
const QUIET_MS = 100;
/** One that never is settled, as one that shows progress, is read all the same. */
const MAX_WAIT_MS = 3_000;

/** In the page; these files are checked without the browser's types. */
interface Observer {
  observe(target: unknown, options: Record<string, boolean>): void;
  disconnect(): void;
}
declare const MutationObserver: new (changed: () => void) => Observer;

export const listOf = (pane: Locator) => pane.locator(".customview-tree .monaco-list").first();

/** Waits until nothing in the view's tree has changed for so long. */
export async function waitForSettledTree(pane: Locator, quietMs = QUIET_MS, maxWaitMs = MAX_WAIT_MS): Promise<void> {
  await pane.evaluate(
    (root, { quiet, most }) =>
      new Promise<void>((resolve) => {
        const began = Date.now();
        const done = () => {
          observer.disconnect();
          resolve();
        };
        let timer = setTimeout(done, quiet);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(done, Math.min(quiet, Math.max(0, began + most - Date.now())));
        });
        observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      }),
    { quiet: quietMs, most: maxWaitMs },
  );
}

/** The rows in sight, once the tree is settled. */
export async function visibleRows(pane: Locator): Promise<Row[]> {
  await waitForSettledTree(pane);
  const rows: Row[] = await pane.locator(".customview-tree .monaco-list-row").evaluateAll((found) =>
    (found as unknown as Element[]).map((row) => ({
      index: Number(row.getAttribute("data-index")),
      last: row.getAttribute("data-last-element") === "true",
      label: row.querySelector(".label-name")?.textContent ?? "",
      description: row.querySelector(".label-description")?.textContent ?? "",
      ariaLabel: row.getAttribute("aria-label") ?? "",
      level: Number(row.getAttribute("aria-level")),
      expanded: row.hasAttribute("aria-expanded") ? row.getAttribute("aria-expanded") === "true" : undefined,
      selected: row.getAttribute("aria-selected") === "true",
      icon:
        /codicon-(?!colored)([\w-]+)/.exec(
          row.querySelector(".custom-view-tree-node-item-icon")?.className ?? "",
        )?.[1] ?? "",
    })),
  );
  return rows.sort((a, b) => a.index - b.index);
}

/** How many rows the view has unfolded, in sight or not. */
export async function rowCountOf(pane: Locator): Promise<number> {
  const style = await listOf(pane).locator(".monaco-list-rows").first().getAttribute("style");
  return Number(/\bheight: (\d+)px/.exec(style ?? "")?.[1] ?? 0) / 22;
}

/** All rows in order, by scrolling. A tree that was redrawn meanwhile, of which some are missing, is read again. */
export async function allRows(pane: Locator): Promise<Row[]> {
  const deadline = Date.now() + 10_000;
  while (true) {
    if ((await listOf(pane).count()) === 0) return visibleRows(pane);
    const rows = await readScrolling(listOf(pane), () => visibleRows(pane));
    const whole = rows.every(({ index }, i) => index === i) && rows.length === (await rowCountOf(pane));
    if (whole || Date.now() > deadline) return rows;
  }
}

/** The rows with what each is a child of. */
export function withParents(rows: Row[]): (Row & { parent: string | undefined })[] {
  const open: string[] = [];
  return rows.map((row) => {
    open.length = row.level;
    open[row.level] = row.label;
    return { ...row, parent: open[row.level - 1] };
  });
}

/** What tells a row from all others of the view. */
interface Identity {
  label: string | RegExp;
  level: number;
  /** Undefined where it is not known: the parent was out of sight. */
  parent: string | undefined;
  /** Where it was found: it counts only between rows that nothing else tells apart. */
  index: number;
}

/**
 * The row, wherever the tree is redrawn to: it is looked for by its label, its level and its parent each time that
 * something is read of it or done to it.
 */
export function rowLocator(pane: Locator, { label, level, parent, index }: Identity): Locator {
  const { source, flags } = exactText(label);
  return pane.locator(`${ENGINE}=${encodeURIComponent(JSON.stringify({ source, flags, level, parent, index }))}`);
}

const ENGINE = "tree-row";

await selectors.register(ENGINE, () => ({
  queryAll(root: Element, selector: string): Element[] {
    const { source, flags, level, parent, index } = JSON.parse(decodeURIComponent(selector));
    const label = new RegExp(source, flags);
    const indexOf = (row: Element) => Number(row.getAttribute("data-index"));
    const levelOf = (row: Element) => Number(row.getAttribute("aria-level"));
    const labelOf = (row: Element) => row.querySelector(".label-name")?.textContent ?? "";
    const rows = [...root.querySelectorAll(".customview-tree .monaco-list-row")];
    rows.sort((a, b) => indexOf(a) - indexOf(b));
    const named = rows.filter((row) => levelOf(row) === level && label.test(labelOf(row)));
    const parentOf = (row: Element) => {
      const above = rows.slice(0, rows.indexOf(row)).findLast((one) => levelOf(one) === level - 1);
      return above && labelOf(above);
    };
    const siblings = named.filter((row) => parentOf(row) === parent);
    // Their parent is out of sight, or was when the row was found.
    const unknown = named.filter((row) => parent === undefined || parentOf(row) === undefined);
    const found = siblings.length > 0 ? siblings : unknown;
    const same = found.find((row) => indexOf(row) === index) ?? found[0];
    return same ? [same] : [];
  },
}));
