import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertRemains, eventually } from "./eventually.ts";
import type { Host } from "./server.ts";

/** What a theme is called in the settings, and the class that the workbench has once it is drawn in it. */
const THEMES = {
  light: { setting: "Default Light Modern", drawn: "light_modern" },
  dark: { setting: "Default Dark Modern", drawn: "dark_modern" },
  hc: { setting: "Default High Contrast", drawn: "hc_black" },
  "hc-light": { setting: "Default High Contrast Light", drawn: "hc_light" },
};
export type Theme = keyof typeof THEMES;

/** Visits each theme in turn; the editor stays in the last. */
export async function inThemes(
  host: Host,
  page: Page,
  themes: Theme[],
  visit: (theme: Theme) => Promise<void>,
): Promise<void> {
  for (const theme of themes) {
    const { setting, drawn } = THEMES[theme];
    await host.updateSettings({ "workbench.colorTheme": setting });
    const workbench = page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${drawn}-json`);
    // While VS Code starts it may go back to the theme it began with, for a moment.
    await eventually(async () => {
      await workbench.waitFor();
      await assertRemains(async () => assert.ok(await workbench.isVisible(), `${theme} is not drawn`), 300);
    });
    await visit(theme);
  }
}
