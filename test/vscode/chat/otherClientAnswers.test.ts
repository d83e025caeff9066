import assert from "node:assert/strict";
import { dimensions, toTable } from "../../../src/openrouter/spend/index.ts";
import type { Answer } from "../host/appPage.ts";
import { screenshot } from "../host/browser.ts";
import { groupBy } from "../host/chatApp.ts";
import { eventually } from "../host/eventually.ts";
import { axeViolations, lowContrastTexts } from "../host/webview.ts";
import { sameSpend, spentBy } from "../truth/spend.ts";
import { appBench } from "./otherClient.ts";

const FIGURES = "openrouter-admin/spend";
const CALL = "openrouter-admin/call";

/** Ways in which what travels beside an answer is not what the page knows: what is another there, and how. */
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

function spoiled(meta: unknown, path: (string | number)[], value: unknown): Answer["_meta"] {
  const copy = structuredClone(meta) as Record<string | number, unknown>;
  let part = copy;
  for (const step of path.slice(0, -1)) part = part[step] as typeof part;
  part[path.at(-1)!] = value;
  return copy;
}

describe("the chart in another client's chat, where answers fail", function () {
  const bench = appBench(this);

  it("keeps what it has, and what it was chosen by, where a call fails, in another theme too", async () => {
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

  it("draws no keys before it knows them, in another theme neither", async () => {
    await bench.open({ context: { theme: "light" } });
    await bench.ask("or_activity", { aggregate: "by_model" });
    const go = bench.hold();
    await bench.app.frame.locator("select").first().selectOption("key");
    await bench.status().filter({ hasText: "Reading…" }).waitFor();
    await bench.app.change({ theme: "dark" });
    await bench.app.frame.locator(':root[data-theme="dark"]').waitFor();
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "model"));
    assert.equal(await bench.status().innerText(), "Reading…");
    go();
    await eventually(async () => assert.equal(await bench.header(), "Key"));
    sameSpend(await bench.rows(), spentBy(bench.account, bench.completed(), "key"));
  });

  it("waits longer for an answer than the protocol would by itself", async () => {
    await bench.open({ clock: true });
    await bench.ask("or_activity");
    const go = bench.hold();
    await bench.app.frame.locator("select").first().selectOption("key");
    await bench.status().filter({ hasText: "Reading…" }).waitFor();
    await bench.app.page.clock.fastForward("05:00");
    go();
    await eventually(async () => assert.equal(await bench.header(), "Key"));
  });

  it("says the words of an answer that failed, and draws nothing", async () => {
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

  it("draws nothing of what is malformed, and says so, in another theme too", async () => {
    await bench.open({ context: { theme: "light" } });
    const good = await bench.fromServer({ name: "or_activity", arguments: {} });
    for (const [i, [path, value]] of MALFORMED.entries()) {
      const words = `${i}: ${path.join(".")}`;
      await bench.app.show({ content: [{ type: "text", text: words }], _meta: spoiled(good._meta, path, value) });
      const said = bench.problem().filter({ hasText: `The answer came without figures to draw. ${words}` });
      await said.waitFor();
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
