// A view says that there is nothing only if that is what was read.
import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Fault } from "../../support/faults.ts";
import { openContainer, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeSession, NAME } from "../host/session.ts";
import { runTitleAction, showView, view, viewMessage } from "../host/tree.ts";

async function welcome(page: Page, name: string): Promise<string[]> {
  const texts = await view(page, name).locator(".welcome-view-content").allInnerTexts();
  return texts.filter((text) => text.trim() !== "");
}

describeSession("a view whose rows can't be drawn", { sidebar: false }, (session) => {
  before(() => {
    const { host } = session;
    const files = readdirSync(host.extensionsDir, { recursive: true, encoding: "utf8" });
    const chunks = files.filter((file) => /keyRoots-\w+\.js$/.test(file)).map((file) => join(host.extensionsDir, file));
    assert.equal(chunks.length, 1);
    rmSync(chunks[0]!);
  });

  it("says so, and not that there are none", async () => {
    const { host, page } = session;
    await openContainer(page, NAME);
    await showView(page, "Keys", { alone: true });
    await eventually(async () => {
      const texts = await welcome(page, "Keys");
      assert.equal(texts.length, 1, texts.join("\n"));
      assert.match(
        texts[0]!,
        /^The data was read, but couldn't be shown\. See the log for details\.\s+Retry\s+Open Log$/,
      );
    });
    await eventually(() => assert.match(host.logs(), /openrouterAdmin\.keys: /));
    await screenshot(page, "keys-not-drawn");
  });
});

describeSession("a view without rows", { view: "Keys" }, (session) => {
  let page: Page;
  const unreadable: Fault = ({ path }) => {
    const data = path.includes("offset=0") ? [{ hash: 1 }] : [];
    return path.startsWith("/keys?") ? { body: () => JSON.stringify({ data }) } : undefined;
  };
  let fault: Fault | undefined;
  session.fault = (...request) => fault?.(...request);

  before(() => {
    ({ page } = session);
  });

  it("says that all keys are hidden", async () => {
    for (const key of session.account.state.keys.values()) key.disabled = true;
    await runTitleAction(page, "Keys", "Refresh Keys");
    await eventually(async () => assert.match((await welcome(page, "Keys")).join(), /hidden/));
    await screenshot(page, "keys-hidden");
  });

  it("says that keys couldn't be read, and not that there are none", async () => {
    fault = unreadable;
    await runTitleAction(page, "Keys", "Refresh Keys");
    await eventually(async () => assert.match(await viewMessage(page, "Keys"), /couldn't be read/));
    assert.deepEqual(await welcome(page, "Keys"), []);
  });

  it("says that the account has none", async () => {
    fault = undefined;
    session.account.state.keys.clear();
    await runTitleAction(page, "Keys", "Refresh Keys");
    await eventually(async () => assert.match((await welcome(page, "Keys")).join(), /no keys yet/));
    assert.equal(await viewMessage(page, "Keys"), "");
  });
});
