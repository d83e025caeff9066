// Reads and uses the activity panel like a user.
import assert from "node:assert/strict";
import type { Frame, Page, ViewportSize } from "playwright-core";
import { runCommand } from "./browser.ts";
import { eventually } from "./eventually.ts";
import { exactText } from "./list.ts";
import { webviewFrame } from "./webview.ts";

const COLUMNS = ["cost", "byok_cost", "requests", "prompt_tokens", "completion_tokens", "reasoning_tokens"] as const;

export interface FiguresRow {
  name: string;
  /** Unrounded values; null if the cell shows that the value is unknown. */
  figures: Record<(typeof COLUMNS)[number], number | null>;
  /** The texts of the cells. */
  texts: string[];
}

export interface FiguresTable {
  /** The header of the first column: the dimension of the rows. */
  header: string;
  rows: FiguresRow[];
  total: FiguresRow;
}

/** Opens the panel from the command palette and waits for its figures. */
export async function openPanel(page: Page): Promise<Frame> {
  await runCommand(page, "OpenRouter Admin: Open Activity");
  return panelFrame(page);
}

/** Waits until the panel shows figures and returns its frame. */
export async function panelFrame(page: Page): Promise<Frame> {
  const frame = await webviewFrame(page, "panel");
  await settled(frame);
  return frame;
}

/** Waits until loading has finished and figures are shown. */
export async function settled(frame: Frame): Promise<void> {
  await frame.locator('main[aria-busy="false"] .body:not([hidden])').waitFor();
}

/** Clicks a visible button of the panel by its text. */
export async function press(frame: Frame, text: string): Promise<void> {
  await frame.locator("vscode-button:visible", { hasText: exactText(text) }).click();
}

/** Selects a range and waits for its figures. */
export async function chooseRange(frame: Frame, name: string): Promise<void> {
  await press(frame, name);
  await settled(frame);
}

/** Selects an option of a drop-down by its label and waits for the figures. */
export async function choose(frame: Frame, label: string, option: string): Promise<void> {
  const select = frame.locator(`vscode-single-select[label="${label}"]`);
  await select.click();
  await select.locator("li", { hasText: exactText(option) }).click();
  await settled(frame);
}

/** Reads the table below the chart. */
export async function readTable(frame: Frame): Promise<FiguresTable> {
  const read = await frame.evaluate<{ header: string; rows: Cells[]; total: Cells }>(`(() => {
    const cells = (row) => ({
      name: row.cells[0].textContent,
      values: [...row.cells].slice(1).map((cell) => cell.dataset.value ?? null),
      texts: [...row.cells].map((cell) => cell.textContent),
    });
    const table = document.querySelector("table.figures");
    return {
      header: table.tHead.rows[0].cells[0].querySelector("button").firstChild.data,
      rows: [...table.tBodies[0].rows].map(cells),
      total: cells(table.tFoot.rows[0]),
    };
  })()`);
  return { header: read.header, rows: read.rows.map(toRow), total: toRow(read.total) };
}

/** Shows the rows that a long table hides at first. */
export async function showAllRows(frame: Frame): Promise<void> {
  const more = frame.locator("table.figures td[colspan] button");
  while (await more.count()) await more.click();
}

/** True if the chart contains the legend's color of the first, largest series. */
export function isDrawnAsInLegend(frame: Frame): Promise<boolean> {
  return frame.evaluate<boolean>(`(() => {
    const colors = (canvas, margin) => {
      const counts = new Map();
      const size = [canvas.width - 2 * margin, canvas.height - 2 * margin];
      const { data } = canvas.getContext("2d").getImageData(margin, margin, ...size);
      for (let i = 0; i < data.length; i += 4) {
        const color = data.slice(i, i + 4).join();
        counts.set(color, (counts.get(color) ?? 0) + 1);
      }
      return new Map([...counts].filter(([, count]) => count >= 8));
    };
    const drawn = colors(document.querySelector(".chart canvas"), 0);
    // Without the border of high contrast themes, whose lines are between pixels in the chart.
    return [...colors(document.querySelector(".legend .swatch"), 2).keys()].every((color) => drawn.has(color));
  })()`);
}

/** Returns the contrast of each legend entry's fill, patterns on average, to the panel's background. */
export function legendContrasts(frame: Frame): Promise<{ name: string; contrast: number }[]> {
  return frame.evaluate(`(() => {
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background");
    pen.fillRect(0, 0, 1, 1);
    const back = luminance([...pen.getImageData(0, 0, 1, 1).data].slice(0, 3));
    return [...document.querySelectorAll(".legend-item")].map((item) => {
      // Without the border that high contrast themes have.
      const { data } = item.querySelector(".swatch").getContext("2d").getImageData(2, 2, 8, 8);
      const pixels = Array.from({ length: data.length / 4 }, (_, i) => luminance([...data.slice(i * 4, i * 4 + 3)]));
      const mean = pixels.reduce((sum, one) => sum + one, 0) / pixels.length;
      const [dark, light] = [back, mean].sort((x, y) => x - y);
      return { name: item.querySelector(".legend-name").textContent, contrast: (light + 0.05) / (dark + 0.05) };
    });
  })()`);
}

interface Cells {
  name: string;
  values: (string | null)[];
  texts: string[];
}

function toRow({ name, values, texts }: Cells): FiguresRow {
  const figures = COLUMNS.map((column, i) => [column, values[i] == null ? null : Number(values[i])]);
  return { name, texts, figures: Object.fromEntries(figures) };
}

/** Returns the unrounded figure above the chart; null if it is unknown. */
export async function headline(frame: Frame): Promise<number | null> {
  const value = await frame.locator(".headline .figure").getAttribute("data-value");
  return value === null ? null : Number(value);
}

/** Returns the breadcrumbs of the drill-down; empty at the top level. */
export function crumbs(frame: Frame): Promise<string[]> {
  return frame.locator(".crumb").allInnerTexts();
}

/** Goes back to a drill-down step by its breadcrumb. */
export async function backToCrumb(frame: Frame, index: number): Promise<void> {
  await frame.locator(".crumb button").nth(index).click();
  await settled(frame);
}

/** Drills down into a table row by its name. */
export async function openRow(frame: Frame, name: string): Promise<void> {
  await frame
    .locator("table.figures button.open", { hasText: exactText(name) })
    .first()
    .click();
  await settled(frame);
}

/** Clicks the chart at a fraction of its width and height. */
export async function clickChart(page: Page, frame: Frame, at: { x: number; y: number }): Promise<void> {
  // After a change of height, the chart is redrawn with a short delay.
  await eventually(async () => {
    const [drawn, frames] = await frame.evaluate<[number, number]>(`(() => {
      const canvas = document.querySelector(".chart canvas");
      return [canvas.clientHeight, canvas.parentElement.clientHeight];
    })()`);
    if (Math.abs(drawn - frames) > 1) throw new Error(`The chart is ${drawn} px of ${frames} px high.`);
  });
  const box = await frame.locator(".chart canvas").boundingBox();
  if (!box) throw new Error("The chart is not visible.");
  await untilHandled(frame, "click", () => page.mouse.click(box.x + box.width * at.x, box.y + box.height * at.y));
  await settled(frame);
}

/** Closes the sidebar and makes the panel 320 px wide. */
export async function narrowPanel(page: Page, frame: Frame): Promise<void> {
  await runCommand(page, "View: Close Primary Side Bar");
  await resizePanel(page, frame, { width: 320, height: 1300 });
}

/** Makes the panel this wide and the window this high, in pixels. */
export async function resizePanel(page: Page, frame: Frame, { width, height }: ViewportSize): Promise<void> {
  const shown = () => frame.evaluate<number>("document.documentElement.clientWidth");
  await eventually(async () => {
    const { width: whole } = page.viewportSize()!;
    const now = await shown();
    if (now !== width) await page.setViewportSize({ width: whole + width - now, height });
    assert.equal(await shown(), width);
  });
}

/** Asserts that all controls above the chart are in one line. */
export async function assertOneLine(frame: Frame): Promise<void> {
  const middles = await frame.evaluate<number[]>(`[...document.querySelectorAll(".controls > *")].map((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return (top + bottom) / 2;
  })`);
  assert.ok(Math.max(...middles) - Math.min(...middles) < 3, middles.join(", "));
}

/** Returns where in the width of a chart of 30 days the bar of a day is, once the days that are forecast follow it. */
export async function barAt(frame: Frame, daysAgo: number): Promise<number> {
  const forecast = frame.locator("details.forecast:not([hidden])");
  await forecast.waitFor();
  // Today is a day of the forecast, too.
  const days = 29 + (await forecast.locator("tbody tr").count());
  const [axis, margin] = [0.05, 0.01];
  return axis + (1 - axis - margin) * ((29.5 - daysAgo) / days);
}

/** Runs `act` and waits until the frame has handled its mouse or keyboard event, which arrives asynchronously. */
export async function untilHandled(frame: Frame, last: "click" | "keyup", act: () => Promise<void>): Promise<void> {
  await frame.evaluate(`
    globalThis.handled = false;
    addEventListener("${last}", () => setTimeout(() => (globalThis.handled = true)), { capture: true, once: true });
  `);
  await act();
  await eventually(async () => {
    if (!(await frame.evaluate<boolean>("globalThis.handled"))) throw new Error(`No ${last} event arrived.`);
  });
}
