// What the window shows of an account, recorded in the page whenever it changes, so that nothing that is shown only for a
// moment is missed.
import type { Frame, Page } from "playwright-core";
import { eventually } from "../host/eventually.ts";

/** The texts of each surface. A surface that shows nothing of an account is empty. */
export type Surfaces = Record<string, string[]>;

export interface Shot {
  /** In ms since the epoch. */
  at: number;
  surfaces: Surfaces;
}

/** Texts that are the same in all accounts, or differ from one read to the next. */
export const NEUTRAL = /^Read at|^$/;

const plain = (text: string) => text.replaceAll("\u00a0", " ").trim();

/** A workspace's row counts its guardrails, which agents add to meanwhile. */
const COUNT = / \| \d+ guardrails?$/;

/** Returns a row's text as the recorder does. */
export const rowText = ({ label, description }: { label: string; description: string }): string =>
  `${plain(label)} | ${plain(description)}`.replace(COUNT, " | guardrails");

/** A change consists of several steps; what a frame shows is what a user can see. */
const ON_CHANGE = `
  let isDue = false;
  const onChange = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => { isDue = false; record(); });
  };
  new MutationObserver(onChange).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  record();`;

/** Runs in the page. A string, because these files are type-checked without the browser's types. */
const RECORD_PAGE = `(() => {
  if (globalThis.recordedShots) return;
  globalThis.recordedShots = [];
  const text = (element) => (element?.textContent ?? "").replaceAll("\\u00a0", " ").trim();
  const rowTexts = (pane) =>
    [...pane.querySelectorAll(".customview-tree .monaco-list-row")]
      .map((row) => [row.querySelector(".label-name"), row.querySelector(".label-description")].map(text).join(" | "))
      .map((row) => row.replace(${COUNT}, " | guardrails"))
      .filter((row) => !${NEUTRAL}.test(row));
  const read = () => {
    const surfaces = {};
    for (const pane of document.querySelectorAll(".part.sidebar .pane")) {
      const name = text(pane.querySelector(".pane-header h3.title"));
      if (!pane.querySelector(".customview-tree")) continue;
      surfaces[name] = rowTexts(pane);
      surfaces[name + " (title)"] = [text(pane.querySelector(".pane-header .description"))].filter(Boolean);
    }
    const items = [...document.querySelectorAll(".part.statusbar .statusbar-item")].filter((one) => /openrouter/i.test(one.id));
    surfaces["status bar"] = items.flatMap((item) => text(item).split(" · ")).filter(Boolean);
    surfaces["panel title"] = [...document.querySelectorAll(".part.editor .tab .label-name")].map(text).filter((one) => /Activity/.test(one));
    return surfaces;
  };
  let last = "";
  const record = () => {
    const surfaces = read();
    const now = JSON.stringify(surfaces);
    if (now === last) return;
    last = now;
    globalThis.recordedShots.push({ at: Date.now(), surfaces });
  };
  ${ON_CHANGE}
})()`;

const RECORD_PANEL = `(() => {
  if (globalThis.recordedShots) return;
  globalThis.recordedShots = [];
  let last = "";
  const isShown = (one) => one && !one.hidden && !one.closest("[hidden]");
  const record = () => {
    const text = (selector) => [...document.querySelectorAll(selector)].filter(isShown).map((one) => one.textContent.trim());
    const figure = document.querySelector(".headline .figure");
    const shown = isShown(figure)
      ? ["headline " + figure.dataset.value, ...text("table.figures tbody tr > :first-child"), ...text(".banner")]
      : [];
    const now = JSON.stringify(shown);
    if (now === last) return;
    last = now;
    globalThis.recordedShots.push({ at: Date.now(), surfaces: { "activity panel": shown.filter(Boolean) } });
  };
  ${ON_CHANGE}
})()`;

export interface Recorder {
  /** Returns what was shown since the last call, oldest first; each surface's first text is what it showed before. */
  take(): Promise<Shot[]>;
  /** Returns what is shown now. */
  now(): Promise<Surfaces>;
}

export async function recordSurfaces(page: Page, panel: Frame): Promise<Recorder> {
  const sources = [page.mainFrame(), panel];
  await sources[0]!.evaluate(RECORD_PAGE);
  await sources[1]!.evaluate(RECORD_PANEL);
  const latest: Surfaces[] = [{}, {}];
  const drain = (frame: Frame) => frame.evaluate<Shot[]>("globalThis.recordedShots.splice(0)");

  async function take(): Promise<Shot[]> {
    const shots: Shot[] = [];
    for (const [i, frame] of sources.entries())
      for (const shot of await drain(frame)) {
        latest[i] = shot.surfaces;
        shots.push(shot);
      }
    return shots.sort((a, b) => a.at - b.at);
  }

  await eventually(async () => {
    await take();
    if (!latest.every((one) => Object.keys(one).length > 0)) throw new Error("Nothing was recorded yet.");
  });
  const pending: Shot[] = [];
  return {
    async take() {
      pending.push(...(await take()));
      return pending.splice(0);
    },
    async now() {
      pending.push(...(await take()));
      return Object.assign({}, ...latest);
    },
  };
}
