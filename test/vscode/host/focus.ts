import type { Page } from "playwright-core";

/** Lets VS Code believe that its window loses the focus, or gets it back. */
export async function setWindowFocus(page: Page, focused: boolean): Promise<void> {
  await page.evaluate(`(() => {
    document.hasFocus = () => ${focused};
    window.dispatchEvent(new Event("${focused ? "focus" : "blur"}"));
  })()`);
}
