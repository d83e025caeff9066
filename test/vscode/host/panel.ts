// Reads and uses the activity panel as a person does.
import type { Frame, Page } from "playwright-core";
import { runCommand } from "./browser.ts";
import { eventually } from "./eventually.ts";
import { exactText } from "./list.ts";
import { webviewFrame } from "./webview.ts";

const COLUMNS = ["cost", "byok_cost", "requests", "prompt_tokens", "completion_tokens", "reasoning_tokens"] as const;

export interface FiguresRow {
  name: string;
  /** Unrounded; null where the cell says that it is not known. */
  figures: Record<(typeof COLUMNS)[number], number | null>;
  /** What the cells show. */
  texts: string[];
}

export interface FiguresTable {
  /** What the rows are, by the first column's header. */
  header: string;
  rows: FiguresRow[];
  total: FiguresRow;
}

/** Opens the panel from the palette and waits for its figures. */
export async function openPanel(page: Page): Promise<Frame> {
  await runCommand(page, "OpenRouter Admin: Open Activity");
  return panelFrame(page);
}

/** The panel's frame, once it has figures. */
export async function panelFrame(page: Page): Promise<Frame> {
  const frame = await webviewFrame(page, "panel");
  await settled(frame);
  return frame;
}

/** Waits until nothing is being read any more and figures are there. */
export async function settled(frame: Frame): Promise<void> {
  await frame.locator('main[aria-busy="false"] .body:not([hidden])').waitFor();
}

/** Presses a button of the panel by its text. */
export async function press(frame: Frame, text: string): Promise<void> {
  await frame.locator("vscode-button", { hasText: exactText(text) }).click();
}

/** Chooses a range, and waits for its figures. */
export async function chooseRange(frame: Frame, name: string): Promise<void> {
  await press(frame, name);
  await settled(frame);
}

/** Chooses from a drop-down by its label, and waits for the figures. */
export async function choose(frame: Frame, label: string, option: string): Promise<void> {
  const select = frame.locator(`vscode-single-select[label="${label}"]`);
  await select.click();
  await select.locator("li", { hasText: exactText(option) }).click();
  await settled(frame);
}

/** The table under the chart as it stands. */
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

/** A long table begins with its first rows: asks for the others. */
export async function showAllRows(frame: Frame): Promise<void> {
  const more = frame.locator("table.figures td[colspan] button");
  while (await more.count()) await more.click();
}

/** Whether the chart has the colours that the legend gives its first, and largest, series. */
export function isDrawnAsInLegend(frame: Frame): Promise<boolean> {
  return frame.evaluate<boolean>(`(() => {
    const colours = (canvas) => {
      const counts = new Map();
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) {
        const colour = data.slice(i, i + 4).join();
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      return new Map([...counts].filter(([, count]) => count >= 8));
    };
    const drawn = colours(document.querySelector(".chart canvas"));
    return [...colours(document.querySelector(".legend .swatch")).keys()].every((colour) => drawn.has(colour));
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

/** The figure above the chart, unrounded; null where it is not known. */
export async function headline(frame: Frame): Promise<number | null> {
  const value = await frame.locator(".headline .figure").getAttribute("data-value");
  return value === null ? null : Number(value);
}

/** The steps of the drill-down, as they are read; empty at its beginning. */
export function crumbs(frame: Frame): Promise<string[]> {
  return frame.locator(".crumb").allInnerTexts();
}

/** Goes back to a step by its crumb. */
export async function backToCrumb(frame: Frame, index: number): Promise<void> {
  await frame.locator(".crumb button").nth(index).click();
  await settled(frame);
}

/** Goes into a row of the table by its name. */
export async function openRow(frame: Frame, name: string): Promise<void> {
  await frame
    .locator("table.figures button.open", { hasText: exactText(name) })
    .first()
    .click();
  await settled(frame);
}

/** Clicks into the chart, at a share of its width and height. */
export async function clickChart(page: Page, frame: Frame, at: { x: number; y: number }): Promise<void> {
  // A chart of another height is drawn anew a moment after its frame has it.
  await eventually(async () => {
    const [drawn, frames] = await frame.evaluate<[number, number]>(`(() => {
      const canvas = document.querySelector(".chart canvas");
      return [canvas.clientHeight, canvas.parentElement.clientHeight];
    })()`);
    if (Math.abs(drawn - frames) > 1) throw new Error(`The chart is ${drawn} px of ${frames} px high.`);
  });
  const box = await frame.locator(".chart canvas").boundingBox();
  if (!box) throw new Error("The chart is not in sight.");
  await untilHandled(frame, "click", () => page.mouse.click(box.x + box.width * at.x, box.y + box.height * at.y));
  await settled(frame);
}

/** Waits until the frame has handled what the mouse or the keyboard does: it comes there after it was done. */
export async function untilHandled(frame: Frame, last: "click" | "keyup", act: () => Promise<void>): Promise<void> {
  await frame.evaluate(`
    globalThis.handled = false;
    addEventListener("${last}", () => setTimeout(() => (globalThis.handled = true)), { capture: true, once: true });
  `);
  await act();
  await eventually(async () => {
    if (!(await frame.evaluate<boolean>("globalThis.handled"))) throw new Error(`No ${last} has come.`);
  });
}
