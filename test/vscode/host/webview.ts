import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Frame, Locator, Page } from "playwright-core";
import { eventually } from "./eventually.ts";

export type WebviewName = "panel" | "compact" | "limits";

/** Waits until one of our webviews is drawn and returns its frame. A hidden webview has no frame. */
export function webviewFrame(page: Page, name: WebviewName): Promise<Frame> {
  return eventually(async () => {
    // The newest frame is last: one from before a reload may still exist.
    for (const frame of page.frames().reverse())
      if (await frame.evaluate<boolean>(drawn(name)).catch(() => false)) return frame;
    throw new Error(`There is no webview ${name}.`);
  });
}

const drawn = (name: WebviewName) =>
  `document.body?.dataset.view === ${JSON.stringify(name)} && document.querySelector("main").childElementCount > 0`;

/** Returns the number of webviews with that name in the page. */
export async function webviewCount(page: Page, name: WebviewName): Promise<number> {
  const isDrawn = await Promise.all(
    page.frames().map((frame) => frame.evaluate<boolean>(drawn(name)).catch(() => false)),
  );
  return isDrawn.filter(Boolean).length;
}

/**
 * Waits until the window has stored state that contains the text. In a browser, VS Code stores it every few seconds, not
 * when the window closes.
 */
export function waitForStoredState(page: Page, text: string): Promise<void> {
  return eventually(async () => {
    const written = await page.evaluate<string>(`(async () => {
      const done = (request) =>
        new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: reject }));
      const values = [];
      for (const { name } of await indexedDB.databases()) {
        const database = await done(indexedDB.open(name));
        for (const store of database.objectStoreNames)
          values.push(...(await done(database.transaction(store).objectStore(store).getAll())));
        database.close();
      }
      return values.filter((value) => typeof value === "string").join("\\n");
    })()`);
    assert.ok(written.includes(text), `${text} is not stored yet`);
  });
}

/** Records policy violations of our webviews. */
export interface Watch {
  /** Policy violations, script errors and external requests. */
  readonly problems: string[];
  /** Fails if there are problems, or if a name from the account was executed as a script. */
  assertClean(): Promise<void>;
}

/** VS Code's host for extension files: a service worker answers, so nothing leaves the browser. */
const RESOURCES = /\.vscode-resource\.vscode-cdn\.net$/;

/** Watches all webviews. Call it before they are opened. */
export async function watchWebviews(page: Page, host: { url: string }): Promise<Watch> {
  const problems: string[] = [];
  // VS Code rewrites each webview's document, which removes listeners, so they are added repeatedly.
  await page.addInitScript(`{
    const note = ({ violatedDirective, blockedURI }) =>
      console.error("securitypolicyviolation: " + violatedDirective + " " + blockedURI);
    setInterval(() => document.addEventListener("securitypolicyviolation", note), 20);
  }`);
  page.on("console", (message) => {
    const text = message.text();
    const isViolation = message.location().url.includes("webview") && /Content.Security.Policy|Refused to/i.test(text);
    if (isViolation || text.startsWith("securitypolicyviolation")) problems.push(text);
  });
  page.on("pageerror", (error) => {
    if (/activity\.js|openrouter/.test(error.stack ?? "")) problems.push(`${error.stack}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin === host.url || ["blob:", "data:"].includes(url.protocol) || RESOURCES.test(url.hostname)) return;
    // The workbench itself queries the extension gallery.
    if (request.frame() !== page.mainFrame() || url.hostname !== "open-vsx.org") problems.push(`asked ${url}`);
  });
  return {
    problems,
    async assertClean() {
      assert.deepEqual(problems, []);
      for (const frame of page.frames())
        assert.equal(await frame.evaluate("globalThis.__pwned").catch(() => undefined), undefined, frame.url());
    },
  };
}

interface AxeViolation {
  id: string;
  impact: string;
  help: string;
  nodes: { target: unknown; html: string; failureSummary: string }[];
}

/** The CSS variable of the background that VS Code draws behind a webview. */
const BEHIND = `(document.body.dataset.view === "compact" ? "--vscode-sideBar-background" : "--vscode-editor-background")`;

const AXE = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Returns axe-core's findings in a frame as text. */
export async function axeViolations(frame: Frame): Promise<string[]> {
  await frame.evaluate(`${AXE};0`);
  // The frame is transparent, and axe would assume a white background.
  const found = await frame.evaluate<AxeViolation[]>(`{
    const { style } = document.documentElement;
    style.backgroundColor = getComputedStyle(document.documentElement).getPropertyValue(${BEHIND});
    axe
      .run(document, { resultTypes: ["violations"] })
      .then(({ violations }) => violations)
      .finally(() => { style.backgroundColor = ""; });
  }`);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}

/** Returns texts of a frame, including shadow roots, whose contrast to the background is below `least`. */
export function lowContrastTexts(frame: Frame, least: number): Promise<string[]> {
  return frame.evaluate<string[]>(`(${faint})(${least}, document)`);
}

/** Runs in the page. A string, because these files are type-checked without the browser's types. */
const faint = `function (least, document) {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const channels = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], a: a / 255 };
  };
  const over = (front, back) => front.rgb.map((value, i) => value * front.a + back[i] * (1 - front.a));
  const parent = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const page = channels(getComputedStyle(document.documentElement).getPropertyValue(${BEHIND})).rgb;
  const behind = (element) => {
    if (!element) return page;
    return over(channels(getComputedStyle(element).backgroundColor), behind(parent(element)));
  };
  const opacity = (element) => (element ? Number(getComputedStyle(element).opacity) * opacity(parent(element)) : 1);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const elements = (root) =>
    [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? elements(one.shadowRoot) : [])]);
  return elements(document.body).flatMap((element) => {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(" ");
    const { width, height } = element.getBoundingClientRect();
    if (!text.trim() || width < 2 || height < 2 || /^(STYLE|SCRIPT)$/.test(element.tagName)) return [];
    if (!element.checkVisibility({ visibilityProperty: true })) return [];
    const back = behind(element);
    const { rgb, a } = channels(getComputedStyle(element).color);
    const front = over({ rgb, a: a * opacity(element) }, back);
    const [light, dark] = [luminance(front), luminance(back)].sort((x, y) => y - x);
    const ratio = (light + 0.05) / (dark + 0.05);
    return ratio < least ? [text.slice(0, 60) + ": " + ratio.toFixed(2)] : [];
  });
}`;

/** Returns elements that overflow a frame: truncated text and elements wider than the frame; `except` may scroll. */
export function overflows(frame: Frame, except = ".figures-frame *"): Promise<string[]> {
  return frame.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth;
    const name = (one) => one.tagName + "." + one.className + " " + (one.textContent ?? "").slice(0, 40);
    const found = [...document.body.querySelectorAll("*")].filter((one) => {
      if (one.matches(${JSON.stringify(except)}) || one.matches(".visually-hidden") || !one.checkVisibility()) return false;
      const { left, right } = one.getBoundingClientRect();
      const cut = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
      const mayBeCut = getComputedStyle(one).textOverflow === "ellipsis" || getComputedStyle(one).overflowX === "auto";
      return right > width + 0.5 || left < -0.5 || (cut && !mayBeCut && getComputedStyle(one).display !== "inline");
    });
    const whole = document.documentElement.scrollWidth > width ? ["the document: " + document.documentElement.scrollWidth] : [];
    return [...whole, ...found.map(name)];
  })()`);
}

/** Returns a canvas's content as a data URL, to compare pictures. */
export function pixels(canvas: Locator): Promise<string> {
  return canvas.evaluate((one) => (one as unknown as { toDataURL(): string }).toDataURL());
}
