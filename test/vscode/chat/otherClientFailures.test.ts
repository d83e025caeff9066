import assert from "node:assert/strict";
import { dimensions, toTable } from "../../../src/openrouter/spend/index.ts";
import type { Answer } from "../host/appPage.ts";
import { screenshot } from "../host/browser.ts";
import { groupBy } from "../host/chatApp.ts";
import { eventually } from "../host/eventually.ts";
import { crumbs } from "../host/panel.ts";
import { axeViolations, lowContrastTexts } from "../host/webview.ts";
import { sameSpend, spentBy } from "../truth/spend.ts";
import { appBench } from "./otherClient.ts";

const FIGURES = "openrouter-admin/spend";
const ACCOUNT = "openrouter-admin/account";
const CALL = "openrouter-admin/call";

/** Invalid changes to the metadata of a tool result: the path, and the value there. */
const MALFORMED: [path: (string | number)[], value: unknown][] = [
  [[FIGURES], undefined],
  [[FIGURES], "a lot"],
  [[FIGURES], toTable([], { unit: "day", buckets: [], dimensions, sources: [], notes: [], isKnown: () => true })],
  [[FIGURES, "unit"], "week"],
  [[FIGURES, "current"], undefined],
  [[FIGURES, "bucket", 0], 30],
  [[FIGURES, "columns", "model", 0], 9_999],
  [[FIGURES, "entries", "model", 0, "name"], { toString: "x" }],
  [[FIGURES, "figures", "cost", 0], null],
  [[FIGURES, "figures", "cost", 0], "100"],
  [[FIGURES, "figures", "cost"], []],
  [[FIGURES, "known", "cost"], []],
  [
    [FIGURES, "dimensions"],
    ["model", "__proto__"],
  ],
  [[FIGURES, "sources", 0, "readAt"], "soon"],
  [[FIGURES, "sources"], undefined],
  [[FIGURES, "notes"], [{}]],
  [[CALL], null],
  [[CALL, "name"], "or_key_delete"],
  [[CALL, "arguments"], undefined],
];

function withValue(meta: unknown, path: (string | number)[], value: unknown): Answer["_meta"] {
  const copy = structuredClone(meta) as Record<string | number, unknown>;
  let part = copy;
  for (const step of path.slice(0, -1)) part = part[step] as typeof part;
  part[path.at(-1)!] = value;
  return copy;
}

describe("chart in another client's chat with failing or invalid results", function () {
  const bench = appBench(this);

  it("keeps its figures and choice when a call fails, even after a theme change", async () => {
    await bench.open({ context: { theme: "light" } });
    await bench.ask("or_activity", { aggregate: "by_model" });
    bench.answers = async () => ({ isError: true, content: [{ type: "text", text: "or_activity: <b>500</b>" }] });
    for (const fails of [bench.answers, () => Promise.reject(new Error("<b>500</b> The host says no"))]) {
      bench.answers = fails;
      await groupBy(bench.app.frame, "key");
      await bench.problem().filter({ hasText: "<b>500</b>" }).waitFor();
      await bench.app.change({ theme: "dark" });
      await bench.app.frame.locator(':root[data-theme="dark"]').waitFor();
      assert.match(await bench.problem().innerText(), /<b>500<\/b>/);
      assert.equal(await bench.app.frame.locator("select").first().inputValue(), "model");
      sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
      assert.equal(await bench.app.frame.locator("select:disabled").count(), 0);
      await screenshot(bench.app.page, "app-page-call-failed");
    }
    bench.answers = bench.fromServer;
    await groupBy(bench.app.frame, "key");
    await eventually(async () => assert.equal(await bench.header(), "Key"));
    assert.equal(await bench.problem().isVisible(), false);
  });

  it("draws no keys before they are loaded, even after a theme change", async () => {
    await bench.open({ context: { theme: "light" } });
    await bench.ask("or_activity", { aggregate: "by_model" });
    const resume = bench.pause();
    await bench.app.frame.locator("select").first().selectOption("key");
    await bench.status().filter({ hasText: "Loading…" }).waitFor();
    await bench.app.change({ theme: "dark" });
    await bench.app.frame.locator(':root[data-theme="dark"]').waitFor();
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
    assert.equal(await bench.status().innerText(), "Loading…");
    resume();
    await eventually(async () => assert.equal(await bench.header(), "Key"));
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "key"));
  });

  it("drops the groups of an account that is no longer in use", async () => {
    await bench.open();
    await bench.ask("or_activity", { aggregate: "by_model" });
    const other = { id: "another", name: "Other", sample: false };
    bench.answers = async (call) => {
      const answer = await bench.fromServer(call);
      return { ...answer, _meta: { ...answer._meta, [ACCOUNT]: other } };
    };
    await bench.app.frame.locator("details summary").click();
    for (const _ of ["model", "provider"]) await bench.app.frame.locator("table.figures button.open").first().click();
    await eventually(async () => assert.equal(await bench.header(), "Model"));
    await bench.app.frame.locator(".account", { hasText: "Other" }).waitFor();
    assert.deepEqual(await crumbs(bench.app.frame), []);
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
  });

  it("waits longer for a result than the protocol's default timeout", async () => {
    await bench.open({ clock: true });
    await bench.ask("or_activity");
    const resume = bench.pause();
    await bench.app.frame.locator("select").first().selectOption("key");
    await bench.status().filter({ hasText: "Loading…" }).waitFor();
    await bench.app.page.clock.fastForward("05:00");
    resume();
    await eventually(async () => assert.equal(await bench.header(), "Key"));
  });

  it("shows the text of a failed result, and draws nothing", async () => {
    await bench.open();
    await bench.status().filter({ hasText: "Waiting for figures…" }).waitFor();
    const words = "or_activity: 401 <img src=x onerror=globalThis.__pwned=1>\nCheck the key.";
    await bench.app.show({ isError: true, content: [{ type: "text", text: words }] });
    await bench.problem().filter({ hasText: "Check the key." }).waitFor();
    assert.equal(await bench.problem().innerText(), words);
    await bench.assertNothingDrawn();
    for (const theme of ["light", "dark"]) {
      await bench.app.change({ theme });
      await bench.app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
      assert.deepEqual(await lowContrastTexts(bench.app.frame, 4.5), [], theme);
      assert.deepEqual(await axeViolations(bench.app.frame), [], theme);
    }
    await bench.app.cancel();
    await bench.problem().filter({ hasText: "cancelled" }).waitFor();
    await bench.assertNothingDrawn();
  });

  it("shows an error and draws nothing for invalid figures, even after a theme change", async () => {
    await bench.open({ context: { theme: "light" } });
    const good = await bench.fromServer({ name: "or_activity", arguments: {} });
    for (const [i, [path, value]] of MALFORMED.entries()) {
      const text = `${i}: ${path.join(".")}`;
      await bench.app.show({ content: [{ type: "text", text }], _meta: withValue(good._meta, path, value) });
      const problem = bench.problem().filter({ hasText: `The result has no figures to draw. ${text}` });
      await problem.waitFor();
      const theme = i % 2 ? "light" : "dark";
      await bench.app.change({ theme });
      await bench.app.frame.locator(`:root[data-theme="${theme}"]`).waitFor();
      await bench.assertNothingDrawn();
    }
    assert.deepEqual(bench.calls, []);
    await bench.app.show(good);
    await bench.app.frame.locator(".body:not([hidden])").waitFor();
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
    assert.equal(await bench.problem().isVisible(), false);
  });
});
