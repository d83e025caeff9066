import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { quickInput } from "./browser.ts";
import { eventually } from "./eventually.ts";
import { type Element, exactText, readScrolling, scrollIntoView } from "./list.ts";

export interface Choice {
  index: number;
  last: boolean;
  label: string;
  description: string;
  detail: string;
  /** The label of the separator above this row; empty if there is none. */
  group: string;
  /** Undefined in a single-select quick pick. */
  checked?: boolean;
  buttons: string[];
}

export interface QuickInputStep {
  /** Without the account. */
  title: string;
  /** The name after the title, as in "Create Key — Work". */
  account?: string;
  /** "(2/4)" in the title is step 2 of 4. */
  step?: number;
  steps?: number;
}

const widget = (page: Page) => page.locator(".quick-input-widget");
const list = (page: Page) => widget(page).locator(".quick-input-list .monaco-list").first();
const title = (page: Page) => widget(page).locator(".quick-input-title");

export async function currentStep(page: Page): Promise<QuickInputStep> {
  const text = await title(page).innerText();
  const [, named = text, step, steps] = /^(.*?)\s*\((\d+)\/(\d+)\)$/.exec(text) ?? [];
  const [, name = named, account] = /^(.*) — (.*)$/.exec(named) ?? [];
  return { title: name, account, step: step ? Number(step) : undefined, steps: steps ? Number(steps) : undefined };
}

/** Waits for a step: the previous step stays open until the extension has responded. */
export async function atStep(page: Page, name: string, step?: number, steps?: number, timeout = 30_000): Promise<void> {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const position = step === undefined ? "" : `\\s*\\(${step}/${steps}\\)`;
  await title(page)
    .filter({ hasText: new RegExp(`^\\s*${escaped}( — .+)?${position}\\s*$`) })
    .waitFor({ timeout });
}

/** Defined in the page; these files are type-checked without the browser's types. */
declare function getComputedStyle(element: unknown): { display: string };

/** Waits until the input accepts Enter: in a list a row must be active, which takes longer than the title. */
export async function ready(page: Page): Promise<void> {
  const shown = widget(page).locator(".quick-input-list").first();
  await eventually(async () => {
    const isList = await shown.evaluate((element) => getComputedStyle(element).display !== "none");
    const active = isList ? shown.locator(".monaco-list-row.focused") : widget(page).locator("input:enabled");
    assert.ok(await active.first().isVisible(), "The input doesn't accept Enter.");
  });
}

async function visibleChoices(page: Page): Promise<Choice[]> {
  return list(page)
    .locator(".monaco-list-row")
    .evaluateAll((found) =>
      (found as unknown as Element[]).map((row) => {
        const text = (selector: string) => row.querySelector(selector)?.textContent?.trim() ?? "";
        return {
          index: Number(row.getAttribute("data-index")),
          last: row.getAttribute("data-last-element") === "true",
          label: text(".quick-input-list-row .label-name"),
          description: text(".quick-input-list-row .label-description"),
          detail: text(".quick-input-list-label-meta .label-name"),
          group: text(".quick-input-list-separator"),
          checked: row.hasAttribute("aria-checked") ? row.getAttribute("aria-checked") === "true" : undefined,
          buttons: [...row.querySelectorAll(".quick-input-list-entry-action-bar .action-label")].map(
            (button) => button.getAttribute("aria-label") ?? "",
          ),
        };
      }),
    );
}

/** Returns all rows of the open quick pick, in order, including those out of view. */
export async function choices(page: Page): Promise<Choice[]> {
  await list(page).locator(".monaco-list-row").first().waitFor();
  return readScrolling(list(page), () => visibleChoices(page));
}

/** Returns the values of a review's rows, such as `Limit: $5`, by OpenRouter's field names, which stand beside them. */
export function reviewFields(rows: readonly Choice[]): Record<string, string> {
  return Object.fromEntries(
    rows
      .filter(({ description }) => /^[a-z_]+$/.test(description))
      .map(({ label, description }) => [description, label]),
  );
}

/** Scrolls to the row with this label and returns it. */
async function choice(page: Page, label: string | RegExp): Promise<Locator> {
  const name = page.locator(".quick-input-list-row:first-child .label-name", { hasText: exactText(label) });
  const row = list(page).locator(".monaco-list-row").filter({ has: name }).first();
  const deadline = Date.now() + 15_000;
  while (!(await row.isVisible())) {
    if (Date.now() > deadline) {
      const labels = (await visibleChoices(page)).map((one) => one.label).join(", ");
      throw new Error(`No choice ${label} among ${labels || "none"}`);
    }
    await page.waitForTimeout(100);
    if (await list(page).locator(".monaco-list-row").count())
      await readScrolling(
        list(page),
        () => visibleChoices(page),
        (rows) => rows.some((one) => exactText(label).test(one.label)),
      );
  }
  await scrollIntoView(list(page), row);
  return row;
}

/** Clicks a row of a single-select quick pick. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  const row = await choice(page, label);
  await untilNextStep(page, () => row.locator(".quick-input-list-rows").click());
}

/** Runs `act` and waits until the next step is shown or the input closes, for at most 3 s. */
async function untilNextStep(page: Page, act: () => Promise<void>): Promise<void> {
  const titleNow = () =>
    title(page)
      .innerText({ timeout: 500 })
      .catch(() => undefined);
  const before = await titleNow();
  await act();
  const deadline = Date.now() + 3_000;
  while (Date.now() < deadline && (await widget(page).isVisible()) && (await titleNow()) === before)
    await page.waitForTimeout(100);
}

/** Checks or unchecks rows of a multi-select quick pick; `accept` confirms it. */
export async function tick(page: Page, wanted: Record<string, boolean>): Promise<void> {
  for (const [label, on] of Object.entries(wanted)) {
    const row = await choice(page, label);
    if ((await row.getAttribute("aria-checked")) !== String(on)) await row.locator(".monaco-checkbox").click();
    await row.and(page.locator(`[aria-checked="${on}"]`)).waitFor();
  }
}

/** Clicks OK in a multi-select quick pick. */
export async function accept(page: Page): Promise<void> {
  const ok = widget(page).locator(".quick-input-action .monaco-button", { hasText: exactText("OK") });
  await untilNextStep(page, () => ok.click());
}

/** Fills the input box and presses Enter. */
export async function enter(page: Page, value: string): Promise<void> {
  await quickInput(page).fill(value);
  await quickInput(page).press("Enter");
}

/** Waits for a validation message that matches and returns it. */
export async function validation(page: Page, text: RegExp = /./): Promise<string> {
  const filter = widget(page).locator(".quick-input-and-message:has(.monaco-inputbox:is(.error, .warning, .info))");
  const message = filter.locator(".quick-input-message", { hasText: text });
  await message.waitFor();
  return (await message.innerText()).trim();
}

/** Clicks the Back button in the title. */
export async function back(page: Page): Promise<void> {
  await widget(page).locator(".quick-input-left-action-bar .codicon-quick-input-back").click();
}

export async function quickInputClosed(page: Page): Promise<void> {
  await widget(page).waitFor({ state: "hidden" });
}
