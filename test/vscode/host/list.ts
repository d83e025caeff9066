import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";

/** The parts of a DOM element in use; these files are type-checked without the browser's types. */
export interface Element {
  textContent: string | null;
  className: string;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
  closest(selector: string): Element | null;
}

interface Indexed {
  index: number;
  /** True for the last row of the whole list. */
  last: boolean;
}

/** The height of a tree row in pixels; taller rows only make the scroll steps smaller. */
export const ROW_HEIGHT = 22;

/** A wheel notch of 120 scrolls a list by 50 px; scripted events have the opposite sign. */
const WHEEL = -120 / 50;

/** Scrolls a virtualized list by rows with wheel events, without a mouse, which would open tooltips. */
export async function scrollRows(list: Locator, rows: number): Promise<void> {
  await list.locator("> .monaco-scrollable-element").dispatchEvent("wheel", { deltaY: rows * ROW_HEIGHT * WHEEL });
}

/**
 * Reads a virtualized list, whose page contains only visible rows, from the top until `wanted` is true, else to the end.
 * Returns the rows in order; the list stays scrolled to the last one.
 */
export async function readScrolling<T extends Indexed>(
  list: Locator,
  read: () => Promise<T[]>,
  wanted: (rows: T[]) => boolean = () => false,
): Promise<T[]> {
  await scrollRows(list, -1_000_000);
  const rows = new Map<number, T>();
  const inOrder = () => [...rows.values()].sort((a, b) => a.index - b.index);
  let stuck = 0;
  while (true) {
    const seen = (await read()).sort((a, b) => a.index - b.index);
    const before = rows.size;
    for (const row of seen) rows.set(row.index, row);
    if (wanted(inOrder()) || seen.length === 0 || seen.some((row) => row.last)) return inOrder();
    stuck = rows.size === before ? stuck + 1 : 0;
    // A list that is being redrawn doesn't scroll for a moment.
    if (stuck > 20) throw new Error("The list does not scroll.");
    if (stuck) await sleep(100);
    await scrollRows(list, Math.max(1, seen.length - 3));
  }
}

/** Scrolls a row that is cut off at the list's edge fully into view. Playwright's own scrolling would confuse VS Code. */
export async function scrollIntoView(list: Locator, row: Locator): Promise<void> {
  const outer = await list.boundingBox();
  const inner = await row.boundingBox({ timeout: 2_000 }).catch(() => null);
  if (!outer || !inner) return;
  const below = inner.y + inner.height - (outer.y + outer.height);
  const above = outer.y - inner.y;
  if (below > 0) await scrollRows(list, Math.ceil(below / ROW_HEIGHT));
  else if (above > 0) await scrollRows(list, -Math.ceil(above / ROW_HEIGHT));
}

/** Returns a pattern that matches a string as a whole; returns a RegExp unchanged. */
export function exactText(text: string | RegExp): RegExp {
  return text instanceof RegExp ? text : new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);
}
