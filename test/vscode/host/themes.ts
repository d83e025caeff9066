import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertRemains, eventually } from "./eventually.ts";
import type { Host } from "./server.ts";

/** A theme's name in the settings, and the workbench's class once the theme is applied. */
const THEMES = {
  light: { setting: "Default Light Modern", drawn: "light_modern" },
  dark: { setting: "Default Dark Modern", drawn: "dark_modern" },
  hc: { setting: "Default High Contrast", drawn: "hc_black" },
  "hc-light": { setting: "Default High Contrast Light", drawn: "hc_light" },
};
export type Theme = keyof typeof THEMES;

/** Applies each theme and calls `visit`; the last theme stays applied. */
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
    // During startup, VS Code may briefly return to its initial theme.
    await eventually(async () => {
      await workbench.waitFor();
      await assertRemains(async () => assert.ok(await workbench.isVisible(), `${theme} is not applied`), 300);
    });
    await visit(theme);
  }
}
