// Reads the rows of a view. All access to rows goes through here, so that no row is read while the tree is being redrawn
// and none is confused with another of the same name.
import { type Locator, selectors } from "playwright-core";
import { type Element, exactText, ROW_HEIGHT, readScrolling } from "./list.ts";

export interface Row {
  /** Its index among the expanded rows. */
  index: number;
  last: boolean;
  label: string;
  description: string;
  ariaLabel: string;
  /** 1 at the root. */
  level: number;
  /** Undefined if the row has no children. */
  expanded?: boolean;
  selected: boolean;
  /** The codicon's name; empty if there is none. */
  icon: string;
}

/** A tree is settled if it hasn't changed for this long. */
const QUIET_MS = 100;
/** A tree that never settles, such as one that shows progress, is read after this time. */
const MAX_WAIT_MS = 3_000;

/** Defined in the page; these files are type-checked without the browser's types. */
interface Observer {
  observe(target: unknown, options: Record<string, boolean>): void;
  disconnect(): void;
}
declare const MutationObserver: new (changed: () => void) => Observer;

export const listOf = (pane: Locator) => pane.locator(".customview-tree .monaco-list").first();

/** Waits until the view's tree hasn't changed for `quietMs`, at most `maxWaitMs`. */
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

/** Waits until the tree is settled and returns the visible rows. */
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

/** Returns the number of expanded rows, including those out of view. */
export async function rowCountOf(pane: Locator): Promise<number> {
  const style = await listOf(pane).locator(".monaco-list-rows").first().getAttribute("style");
  return Number(/\bheight: (\d+)px/.exec(style ?? "")?.[1] ?? 0) / ROW_HEIGHT;
}

/** Returns all rows in order by scrolling. Reads again if rows are missing because the tree was redrawn. */
export async function allRows(pane: Locator): Promise<Row[]> {
  const deadline = Date.now() + 10_000;
  while (true) {
    if ((await listOf(pane).count()) === 0) return visibleRows(pane);
    const rows = await readScrolling(listOf(pane), () => visibleRows(pane));
    const isComplete = rows.every(({ index }, i) => index === i) && rows.length === (await rowCountOf(pane));
    if (isComplete || Date.now() > deadline) return rows;
  }
}

/** Adds the parent's label to each row. */
export function withParents(rows: Row[]): (Row & { parent: string | undefined })[] {
  const open: string[] = [];
  return rows.map((row) => {
    open.length = row.level;
    open[row.level] = row.label;
    return { ...row, parent: open[row.level - 1] };
  });
}

/** Identifies a row in a view. */
interface Identity {
  label: string | RegExp;
  level: number;
  /** Undefined if the parent was out of view and so is unknown. */
  parent: string | undefined;
  /** The index where the row was found; used only if everything else is the same. */
  index: number;
}

/**
 * Returns a locator for a row that survives redraws: it finds the row by label, level and parent each time it is used.
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
    // The parent is out of view, or was when the row was found.
    const unknown = named.filter((row) => parent === undefined || parentOf(row) === undefined);
    const found = siblings.length > 0 ? siblings : unknown;
    const same = found.find((row) => indexOf(row) === index) ?? found[0];
    return same ? [same] : [];
  },
}));
