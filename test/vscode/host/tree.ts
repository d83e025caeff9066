import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { eventually } from "./eventually.ts";
import { moveAway, tooltip, waitForNoTooltip } from "./hover.ts";
import { type Element, exactText, readScrolling, scrollIntoView } from "./list.ts";
import { chooseEntry, closeMenu, type MenuEntry, menuEntries, menuOpens } from "./menu.ts";
import {
  allRows,
  listOf,
  type Row,
  rowCountOf,
  rowLocator,
  visibleRows,
  waitForSettledTree,
  withParents,
} from "./rows.ts";

export type { Row } from "./rows.ts";

interface RowOptions {
  /** The label of the parent row, needed if the label occurs more than once. */
  parent?: string;
  timeoutMs?: number;
}

/** Returns a view of the open container by its name: its `.pane`, also if VS Code hides the header. */
export function view(page: Page, name: string): Locator {
  const title = page.locator("> .pane-header h3.title", { hasText: exactText(name) });
  return page.locator(".part.sidebar .pane").filter({ has: title });
}

/** Expands a view; `alone` collapses the others, so that it gets the whole height. */
export async function showView(page: Page, name: string, { alone = false } = {}): Promise<void> {
  await view(page, name).waitFor();
  if (alone) {
    for (const title of await page.locator(".part.sidebar .pane.expanded > .pane-header h3.title").allTextContents())
      if (title !== name) await hideView(page, title);
  }
  await fold(view(page, name), true);
}

/** Collapses a view, which makes it invisible to the user and the extension. */
export async function hideView(page: Page, name: string): Promise<void> {
  await fold(view(page, name), false);
}

async function fold(pane: Locator, open: boolean): Promise<void> {
  const header = pane.locator("> .pane-header");
  if ((await header.getAttribute("aria-expanded")) !== String(open)) await header.locator("h3.title").click();
  await pane.locator(`> .pane-header[aria-expanded="${open}"]`).waitFor({ state: "attached" });
}

/** Waits until a view hasn't changed for a second, so that the effects of an action or the start are shown. */
export function waitForSettledView(page: Page, name: string): Promise<void> {
  return waitForSettledTree(view(page, name), 1_000, 15_000);
}

/** Waits until the tree is settled and returns its rows in order: the visible ones (fast), or `all` by scrolling. */
export function viewRows(page: Page, name: string, { all = false } = {}): Promise<Row[]> {
  const pane = view(page, name);
  return all ? allRows(pane) : visibleRows(pane);
}

/** Returns the number of expanded rows, including those out of view. */
export function rowCount(page: Page, name: string): Promise<number> {
  return rowCountOf(view(page, name));
}

/**
 * Waits for the row with this label (and parent, if given) and scrolls to it. Without a parent, no other visible row may
 * have the label.
 */
export async function findRow(
  page: Page,
  name: string,
  label: string | RegExp,
  options: RowOptions = {},
): Promise<Locator> {
  const pane = view(page, name);
  const deadline = Date.now() + (options.timeoutMs ?? 15_000);
  while (true) {
    const inSight = await visibleRows(pane);
    // The parent may be above the visible rows.
    const near = options.parent === undefined ? matching(inSight, label) : [];
    const [found, ...others] =
      near.length > 0 ? near : matching(await scan(pane, label, options.parent), label, options.parent);
    if (found && (others.length === 0 || options.parent !== undefined)) {
      const row = rowLocator(pane, { ...found, label });
      // If a redraw removed the row, search again.
      if (await scrollIntoView(listOf(pane), row).then(() => row.isVisible())) return row;
    }
    const texts = inSight.map((row) => `${row.label} ${row.description}`).join("\n");
    const what = others.length > 0 ? `has ${others.length + 1} rows` : "has no row";
    assert.ok(Date.now() < deadline, `${name} ${what} ${label} under ${options.parent ?? "anything"}:\n${texts}`);
    await sleep(200);
  }
}

async function scan(pane: Locator, label: string | RegExp, parent?: string): Promise<Row[]> {
  if ((await listOf(pane).count()) === 0) return [];
  return readScrolling(
    listOf(pane),
    () => visibleRows(pane),
    (rows) => matching(rows, label, parent).length > 0,
  );
}

function matching(rows: Row[], label: string | RegExp, parent?: string): ReturnType<typeof withParents> {
  return withParents(rows).filter(
    (row) => exactText(label).test(row.label) && (parent === undefined || row.parent === parent),
  );
}

/** Expands a row and waits for its children, which the extension may have to load first. */
export async function expandRow(row: Locator): Promise<void> {
  if ((await row.getAttribute("aria-expanded")) === "true") return;
  const rows = row.locator("xpath=..");
  const height = await rows.getAttribute("style");
  await toggle(row, true);
  const deadline = Date.now() + 30_000;
  while ((await rows.getAttribute("style")) === height) {
    assert.ok(Date.now() < deadline, "The row expanded without children.");
    await sleep(50);
  }
}

export async function collapseRow(row: Locator): Promise<void> {
  if ((await row.getAttribute("aria-expanded")) !== "false") await toggle(row, false);
}

/** Repeats the click until the row has the wanted state, since a redraw may lose a click or its effect. */
async function toggle(row: Locator, open: boolean): Promise<void> {
  const toggled = row.and(row.page().locator(`[aria-expanded="${open}"]`));
  await eventually(async () => {
    if ((await toggled.count()) > 0) return;
    await readyForAction(row);
    // Click the arrow: the row itself may have a command.
    await row.locator(".monaco-tl-twistie").click({ timeout: 5_000 });
    await toggled.waitFor({ timeout: 3_000 });
  }, 30_000);
}

/**
 * Waits until the tree of a row is settled for longer than a read needs. If a row is redrawn while it is clicked, its
 * command runs without the row.
 */
async function readyForAction(row: Locator): Promise<void> {
  // The tooltip of a row under the mouse would cover other rows.
  await moveAway(row.page());
  await waitForNoTooltip(row.page());
  await waitForSettledTree(row.locator("xpath=ancestor::*[contains(@class, 'customview-tree')]"), 300);
}

/** Returns the names of a row's inline actions. */
export async function inlineActions(row: Locator): Promise<string[]> {
  await readyForAction(row);
  await row.hover();
  const names = row
    .locator(".actions .action-label")
    .evaluateAll((found) => (found as unknown as Element[]).map((action) => action.getAttribute("aria-label") ?? ""));
  return names;
}

export async function runInlineAction(row: Locator, name: string): Promise<void> {
  const action = row.locator(`.actions .action-label[aria-label="${name}"]`);
  await eventually(async () => {
    await readyForAction(row);
    await row.hover({ timeout: 5_000 });
    // If the row has moved away from the mouse, its actions are hidden.
    await action.click({ timeout: 3_000 });
  });
  await moveAway(row.page());
}

/** Opens a row's context menu, returns its entries and closes it. */
export async function contextMenu(row: Locator): Promise<MenuEntry[]> {
  await readyForAction(row);
  await row.click({ button: "right" });
  const entries = await menuEntries(row.page());
  await closeMenu(row.page());
  // A tooltip of this row would cover those below it.
  await moveAway(row.page());
  return entries;
}

/** Right-clicks the row and clicks an entry; several names are a path through submenus. */
export async function chooseInContextMenu(row: Locator, ...names: string[]): Promise<void> {
  await readyForAction(row);
  await row.click({ button: "right" });
  await chooseEntry(row.page(), ...names);
  await moveAway(row.page());
}

export async function rowTooltip(row: Locator): Promise<string> {
  return tooltip(row.locator(".monaco-icon-label").first());
}

/** Returns the message above a view's rows; empty if there is none. */
export async function viewMessage(page: Page, name: string): Promise<string> {
  const message = view(page, name).locator(".tree-explorer-viewlet-tree-view > .message:not(.hide)");
  return (await message.allInnerTexts()).join("\n").trim();
}

/** Returns the description next to a view's title; empty if there is none. */
export async function viewDescription(page: Page, name: string): Promise<string> {
  const description = view(page, name).locator("> .pane-header .description");
  return (await description.allTextContents()).join("\n").trim();
}

/** Returns the toolbar with a view's title actions; a single view has them in its container's title. */
async function titleBar(page: Page, name: string): Promise<Locator> {
  const pane = view(page, name);
  await pane.waitFor();
  const merged = (await pane.getAttribute("class"))?.split(" ").includes("merged-header");
  const bar = merged ? page.locator(".part.sidebar > .title") : pane.locator("> .pane-header");
  // Title actions are visible while the mouse is over the title or the view.
  await bar.hover();
  return bar.locator(merged ? ".title-actions" : ".actions").first();
}

const MORE = ".codicon-toolbar-more";

/** Returns the names of the icons in a view's title, from left to right. */
export async function titleActions(page: Page, name: string): Promise<string[]> {
  const actions = (await titleBar(page, name)).locator(`.action-label:not(${MORE})`);
  return actions.evaluateAll((found) =>
    (found as unknown as Element[]).map((action) => action.getAttribute("aria-label") ?? ""),
  );
}

/** Opens a view's Views and More Actions menu, returns its entries and closes it. */
export async function titleMenu(page: Page, name: string): Promise<MenuEntry[]> {
  await openTitleMenu(page, await titleBar(page, name));
  const entries = await menuEntries(page);
  await closeMenu(page);
  return entries;
}

/** Retries, since a redraw of the title closes its menu. */
async function openTitleMenu(page: Page, bar: Locator): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    await bar.locator(MORE).click();
    if (await menuOpens(page)) return;
  }
}

/** Runs a view's title action by its icon, or from the Views and More Actions menu. */
export async function runTitleAction(page: Page, name: string, ...action: string[]): Promise<void> {
  const bar = await titleBar(page, name);
  const icon = bar.locator(`.action-label[aria-label="${action[0]}"]`);
  // The actions may not be up to date yet.
  const isIcon = await eventually(async () => {
    if (action.length === 1 && (await icon.count()) > 0) return true;
    await openTitleMenu(page, bar);
    if ((await menuEntries(page)).some((entry) => entry.name === action[0])) return false;
    await closeMenu(page);
    throw new Error(`${name} has no action ${action[0]}`);
  });
  await (isIcon ? icon.click() : chooseEntry(page, ...action));
  await moveAway(page);
}
