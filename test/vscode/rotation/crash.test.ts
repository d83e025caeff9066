import assert from "node:assert/strict";
import type { Received } from "../../support/faults.ts";
import { openContainer, quickInput, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { assertRemains, waitUntil } from "../host/eventually.ts";
import { crashAndRestart, reloadWindow } from "../host/extensionHost.ts";
import { atStep, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { runInlineAction, viewRows, waitForSettledView } from "../host/tree.ts";
import {
  assertNotLeaked,
  hashOf,
  KEYS,
  type Known,
  rotate,
  rotationBench,
  rotationRow,
  rotationStep,
  takeProposals,
} from "./rotationSession.ts";

/** What the network does with a request: it never arrives, or it takes effect and is never answered. */
type Hold = "before" | "after";

// The extension host is killed at each step; afterwards either one new key or none, and no secret is lost.
describeSession("rotation, interrupted", { account: { keys: 3 }, view: KEYS, independent: true }, (session) => {
  const bench = rotationBench(session);
  /** What to do with which request; each is held once. */
  let hold: { method: string; path: RegExp; how: Hold } | undefined;
  /** Whether the held request has come, and where it was to take effect, has. */
  let held: Promise<void>;
  let release = () => {};
  const secrets: string[] = [];

  session.fault = (request) => {
    if (!hold || request.method !== hold.method || !hold.path.test(request.path)) return undefined;
    const { how } = hold;
    const { baseUrl, key } = session.account;
    hold = undefined;
    if (how === "before") release();
    else void send(baseUrl, key, request).then(release);
    return "done";
  };
  beforeEach(() => {
    hold = undefined;
  });

  async function send(baseUrl: string, key: string, { method, path, body }: Received): Promise<void> {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    await fetch(baseUrl + path, { method, headers, body: body || undefined });
  }

  function holdNext(method: string, path: RegExp, how: Hold): void {
    hold = { method, path, how };
    held = new Promise((resolve) => {
      release = resolve;
    });
  }

  /** A key that a guardrail binds. */
  async function make(name: string): Promise<Known> {
    const { account, page } = bench;
    const key = await bench.make(name, { limit: 5, limit_reset: "monthly" });
    secrets.push(key.secret);
    const [guardrail] = account.state.guardrails.values();
    assert.ok(guardrail);
    const assignment = { guardrail_id: guardrail.id, target: key.hash, assigned_by: null, created_at: "" };
    account.state.keyAssignments.push({ id: name, ...assignment });
    await runCommand(page, "OpenRouter Admin: Refresh Keys");
    return key;
  }

  /** As far as the request that is held. */
  async function begin(name: string): Promise<void> {
    await rotationStep(bench, name);
    await takeProposals(bench.page);
    await pick(bench.page, "Rotate Key");
    await held;
  }

  async function crash(): Promise<void> {
    await crashAndRestart(bench.host, bench.page);
    await openContainer(bench.page, "OpenRouter Admin");
  }

  async function answer(name: string, way: "Continue" | "Roll Back"): Promise<void> {
    await answerToast(bench.page, `The rotation of ${name} was interrupted`, way);
  }

  async function takeCopy(name: string): Promise<string> {
    const { page } = bench;
    await atStep(page, `The new secret of ${name}`);
    await pick(page, "Copy");
    await modal(page, /is on the clipboard/);
    const secret = await readClipboard(page);
    secrets.push(secret);
    await answerModal(page, "I Have Saved It");
    await toast(page, `${name} was rotated`).waitFor();
    return secret;
  }

  /** The old key lives; the new one is the only one, works, is bound, and its secret is the one that was handed over. */
  async function rotated(name: string, old: Known, secret: string): Promise<void> {
    const others = bench.named(name).filter(({ hash }) => hash !== old.hash);
    assert.deepEqual(
      others.map(({ hash }) => hash),
      [hashOf(secret)],
    );
    assert.equal(bench.bound(hashOf(secret)).length, 1);
    assert.ok((await bench.works(old.secret)) && (await bench.works(secret)));
    const record = bench.journal().find((one) => one.old.hash === old.hash);
    assert.deepEqual([record?.step, record?.owner], ["pending", undefined]);
    assert.ok(!bench.held().some(({ hash }) => hash === hashOf(secret)));
  }

  /** The old key lives, there is no other, and nothing is left behind. */
  async function untouched(name: string, old: Known): Promise<void> {
    await waitUntil("the record is gone", () => !bench.journal().some((one) => one.old.hash === old.hash));
    assert.deepEqual(
      bench.named(name).map(({ hash }) => hash),
      [old.hash],
    );
    assert.ok(await bench.works(old.secret));
    const hashes = new Set(bench.account.state.keys.keys());
    assert.deepEqual(
      bench.held().filter(({ hash }) => !hashes.has(hash)),
      [],
    );
  }

  const stepOf = (old: Known) => bench.journal().find((one) => one.old.hash === old.hash)?.step;

  it("goes on where the create never reached the account", async () => {
    const old = await make("unsent");
    holdNext("POST", /^\/keys$/, "before");
    await begin("unsent");
    await crash();
    await screenshot(bench.page, "crash-creating");
    await answer("unsent", "Continue");
    await rotated("unsent", old, await takeCopy("unsent"));
  });

  it("rolls back where the create never reached the account", async () => {
    const old = await make("unsent-back");
    holdNext("POST", /^\/keys$/, "before");
    await begin("unsent-back");
    await crash();
    await answer("unsent-back", "Roll Back");
    assert.match((await modal(bench.page, /Roll back/)).detail, /No key will be deleted/);
    await answerModal(bench.page, "Roll Back");
    await untouched("unsent-back", old);
  });

  it("replaces a key whose secret was lost with the answer", async () => {
    const old = await make("lost");
    holdNext("POST", /^\/keys$/, "after");
    await begin("lost");
    assert.equal(bench.named("lost").length, 2);
    await crash();
    await answer("lost", "Continue");
    assert.match(
      (await modal(bench.page, /its secret was lost/)).detail,
      /never used.*The secret can.t be shown again/s,
    );
    await screenshot(bench.page, "crash-orphan");
    await answerModal(bench.page, "Delete It and Create Another");
    await rotated("lost", old, await takeCopy("lost"));
  });

  it("rolls back a key whose secret was lost with the answer", async () => {
    const old = await make("lost-back");
    holdNext("POST", /^\/keys$/, "after");
    await begin("lost-back");
    await crash();
    await answer("lost-back", "Roll Back");
    assert.match((await modal(bench.page, /Roll back/)).detail, /Will be deleted: the new key/);
    await answerModal(bench.page, "Roll Back");
    await untouched("lost-back", old);
  });

  it("asks which of several keys the lost create made", async () => {
    const old = await make("several");
    holdNext("POST", /^\/keys$/, "after");
    await begin("several");
    const [orphan] = bench.named("several").filter(({ hash }) => hash !== old.hash);
    const stranger = await bench.make("several");
    await crash();
    await answer("several", "Roll Back");
    await atStep(bench.page, "Roll back the rotation of several");
    const row = bench.page.locator(".quick-input-list .monaco-list-row", { hasText: orphan!.label.slice(9) });
    await row.locator(".monaco-checkbox").click();
    await screenshot(bench.page, "crash-several");
    await bench.page.locator(".quick-input-action .monaco-button", { hasText: "OK" }).click();
    await answerModal(bench.page, "Roll Back");
    await waitUntil("the record is gone", () => stepOf(old) === undefined);
    assert.deepEqual(
      bench
        .named("several")
        .map(({ hash }) => hash)
        .sort(),
      [old.hash, stranger.hash].sort(),
    );
  });

  it("says that the answer was lost where the editor lives on", async () => {
    const { page } = bench;
    const old = await make("cancelled");
    holdNext("POST", /^\/keys$/, "after");
    await begin("cancelled");
    await answerToast(page, "Creating the new key of cancelled", "Cancel");
    await toast(page, /The response to creating cancelled was lost/).waitFor();
    await screenshot(page, "crash-answer-lost");
    await answerToast(page, /The response to creating cancelled/, "Continue");
    await answerModal(page, "Delete It and Create Another");
    await rotated("cancelled", old, await takeCopy("cancelled"));
  });

  it("binds what was created and not yet bound", async () => {
    const old = await make("unbound");
    holdNext("POST", /assignments\/keys$/, "before");
    await begin("unbound");
    await crash();
    assert.equal(stepOf(old), "created");
    await answer("unbound", "Continue");
    await rotated("unbound", old, await takeCopy("unbound"));
  });

  it("rolls back what was created and not yet bound", async () => {
    const old = await make("unbound-back");
    holdNext("POST", /assignments\/keys$/, "after");
    await begin("unbound-back");
    await crash();
    await answer("unbound-back", "Roll Back");
    await answerModal(bench.page, "Roll Back");
    await untouched("unbound-back", old);
  });

  it("keeps the secret when it ends while asking where to put it", async () => {
    const old = await make("asked");
    await rotate(bench, "asked");
    await crash();
    assert.equal(stepOf(old), "bound");
    await answer("asked", "Continue");
    await rotated("asked", old, await takeCopy("asked"));
  });

  it("keeps the secret until it is acknowledged, and rolls back", async () => {
    const { page } = bench;
    const old = await make("copied-only");
    await rotate(bench, "copied-only");
    await pick(page, "Copy");
    await modal(page, /is on the clipboard/);
    secrets.push(await readClipboard(page));
    await crash();
    assert.equal(stepOf(old), "bound");
    await answer("copied-only", "Roll Back");
    await answerModal(page, "Roll Back");
    await untouched("copied-only", old);
  });

  it("asks nothing more of what was acknowledged", async () => {
    const { page } = bench;
    const old = await make("done");
    await rotate(bench, "done");
    const secret = await takeCopy("done");
    await crash();
    await rotationRow(bench, "done");
    await assertRemains(
      async () => assert.equal(await toast(page, "The rotation of done was interrupted").count(), 0),
      1_500,
    );
    await rotated("done", old, secret);
  });

  for (const how of ["before", "after"] as const)
    it(`disables and deletes in the end, though each was cut off ${how} it took effect`, async () => {
      const { page } = bench;
      const name = `old-${how}`;
      const old = await make(name);
      await rotate(bench, name);
      const secret = await takeCopy(name);

      await waitForSettledView(page, KEYS);
      holdNext("PATCH", /^\/keys\//, how);
      await runInlineAction(await rotationRow(bench, name), "Disable Old Key");
      await held;
      await crash();
      await rotationRow(bench, name);
      if (how === "after") await waitUntil("it is seen to be disabled", () => stepOf(old) === "disabled");
      else {
        assert.equal(stepOf(old), "pending");
        await waitForSettledView(page, KEYS);
        await runInlineAction(await rotationRow(bench, name), "Disable Old Key");
        await waitUntil("it is disabled", () => stepOf(old) === "disabled");
      }

      await waitForSettledView(page, KEYS);
      holdNext("DELETE", /^\/keys\//, how);
      await runInlineAction(await rotationRow(bench, name), "Delete Old Key");
      await answerModal(page, "Delete Old Key");
      await held;
      await crash();
      await rotationRow(bench, name);
      await waitForSettledView(page, KEYS);
      await runInlineAction(await rotationRow(bench, name), "Delete Old Key");
      if (how === "before") await answerModal(page, "Delete Old Key");
      else await toast(page, `The old key of ${name} was deleted elsewhere`).waitFor();
      await waitUntil("the rotation is over", () => stepOf(old) === undefined);
      assert.deepEqual(
        bench.named(name).map(({ hash }) => hash),
        [hashOf(secret)],
      );
      assert.ok(await bench.works(secret));
    });

  it("does not offer what another window works on, and asks before it takes it over", async () => {
    const { page, host } = bench;
    const old = await make("elsewhere");
    await rotate(bench, "elsewhere");
    await quickInput(page).press("Escape");
    await toast(page, "The rotation of elsewhere is paused").waitFor();
    await bench.rewrite((one) => (one.old.hash === old.hash ? { ...one, owner: { pid: process.pid } } : one));
    await reloadWindow(host, page);
    await rotationRow(bench, "elsewhere");
    const offered = toast(page, "The rotation of elsewhere was interrupted");
    await assertRemains(async () => assert.equal(await offered.count(), 0), 1_500);
    const row = (await viewRows(page, KEYS)).find(({ label, level }) => label === "elsewhere" && level === 2);
    assert.match(row?.description ?? "", /in progress in another window/);
    await runCommand(page, "OpenRouter Admin: Continue Rotation");
    await pick(page, "elsewhere");
    await modal(page, /Another window seems to be working/);
    await answerModal(page, "Continue Here");
    await rotated("elsewhere", old, await takeCopy("elsewhere"));
  });

  it("leaves no secret in logs and files of its own", () => assertNotLeaked(bench, secrets));
});
