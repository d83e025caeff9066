import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openContainer, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeSession, NAME } from "../host/session.ts";
import { findRow, rowTooltip, runTitleAction, showView, viewDescription, viewMessage, viewRows } from "../host/tree.ts";
import { trueKeys, trueState } from "../truth/account.ts";

const VIEW = "Key Safety";
const POLICY = "openrouter-policy.json";

const root = mkdtempSync(join(tmpdir(), "openrouter-admin-policies-"));
const folder = (name: string) => join(root, name);
after(() => rmSync(root, { recursive: true, force: true }));

/** A workspace of three folders, of which the last two have a policy. */
function writeWorkspace(): string {
  for (const name of ["first", "second", "third"]) mkdirSync(folder(name));
  writeFileSync(join(folder("second"), POLICY), JSON.stringify({ rules: { "no-limit": "info" } }));
  writeFileSync(join(folder("third"), POLICY), JSON.stringify({ rules: { "no-limit": "off" } }));
  const file = join(root, "all.code-workspace");
  writeFileSync(file, JSON.stringify({ folders: ["first", "second", "third"].map((path) => ({ path })) }));
  return file;
}

const options = { sidebar: false, host: async () => ({ folder: writeWorkspace() }) };

describeSession("the Key Safety view when something can't be read", options, (session) => {
  let page: Page;
  /** The requests that fail. */
  let failing: RegExp | undefined = /^\/guardrails/;
  let status = 403;
  session.fault = ({ path }, response) => {
    if (!failing?.test(path)) return undefined;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { code: status, message: "Not allowed" } }));
    return "done";
  };

  before(() => {
    ({ page } = session);
  });

  const rows = () => viewRows(page, VIEW, { all: true });
  const row = async (label: string) => (await rows()).find((one) => one.label === label);

  it("says which keys it couldn't judge without the guardrails, and judges the rest", async () => {
    await openContainer(page, NAME);
    await showView(page, VIEW, { alone: true });
    const active = trueKeys(session.account).filter((key) => trueState(key) === "active");
    await eventually(
      async () =>
        assert.equal((await row("Not judged: No guardrail but the default"))?.description, `${active.length} keys`),
      60_000,
    );
    assert.match(
      await rowTooltip(await findRow(page, VIEW, "Not judged: No guardrail but the default")),
      /guardrails couldn't be read/,
    );
    assert.match(await viewMessage(page, VIEW), /^Guardrails couldn't be read\. /);
    const labels = (await rows()).map(({ label }) => label);
    assert.ok(labels.includes("Limit reached") && !labels.includes("No guardrail but the default"), labels.join(", "));
    await screenshot(page, "key-safety-unread");
  });

  it("uses the policy of the first folder that has one, and says which", async () => {
    assert.equal((await row("Policy"))?.description, `second/${POLICY}`);
    assert.match(await rowTooltip(await findRow(page, VIEW, "Policy")), /1 more folder of the workspace has a policy/);
    const labels = (await rows()).map(({ label }) => label);
    assert.ok(labels.indexOf("No limit") > labels.indexOf("Limit reached"), labels.join(", "));
    rmSync(join(folder("second"), POLICY));
    await eventually(async () => assert.equal((await row("Policy"))?.description, `third/${POLICY}`));
    assert.equal(await row("No limit"), undefined);
    writeFileSync(join(folder("first"), POLICY), "{}");
    await eventually(async () => assert.equal((await row("Policy"))?.description, `first/${POLICY}`));
    assert.equal((await rows())[0]?.label, "No limit");
  });

  it("keeps the findings of the last reading if OpenRouter fails, and says since when", async () => {
    const before = (await rows()).map(({ label, description }) => `${label} ${description}`);
    failing = /./;
    // 403 for everything would mean that the key is wrong.
    status = 400;
    await runTitleAction(page, VIEW, "Refresh Key Safety");
    await eventually(async () => assert.match(await viewMessage(page, VIEW), /^Not refreshed since /));
    assert.deepEqual(
      (await rows()).map(({ label, description }) => `${label} ${description}`),
      before,
    );
    failing = undefined;
    await runTitleAction(page, VIEW, "Refresh Key Safety");
    await eventually(async () => assert.equal(await viewMessage(page, VIEW), ""));
    await eventually(async () => assert.ok(await row("No guardrail but the default")));
    assert.equal(await row("Not judged: No guardrail but the default"), undefined);
    assert.equal(await viewDescription(page, VIEW), "");
  });
});
