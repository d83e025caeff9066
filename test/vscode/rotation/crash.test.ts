import assert from "node:assert/strict";
import type { Received } from "../../support/faults.ts";
import {
  openContainer,
  openWindow,
  quickInput,
  readClipboard,
  runCommand,
  screenshot,
  toast,
} from "../host/browser.ts";
import { answerModal, answerToast, modal } from "../host/dialogs.ts";
import { assertRemains, waitUntil } from "../host/eventually.ts";
import { crashAndRestart, crashTab, extensionHosts, reloadWindow } from "../host/extensionHost.ts";
import { atStep, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { runInlineAction, viewRows, waitForSettledView } from "../host/tree.ts";
import {
  acceptDefaults,
  assertNoSecretLeaked,
  createRotationFixture,
  hashOf,
  KEYS,
  type KnownKey,
  openRotateKey,
  rotate,
  rotationRow,
} from "./rotationFixture.ts";

/** When a request is held: before it reaches the account, or after it took effect but before its response. */
type Hold = "before" | "after";

// Kills the extension host at each step. Afterwards there must be exactly one new key or none, and no secret is lost.
describeSession("an interrupted rotation", { account: { keys: 3 }, view: KEYS, independent: true }, (session) => {
  const fixture = createRotationFixture(session);
  /** The next request to hold. Each is held once. */
  let hold: { method: string; path: RegExp; when: Hold } | undefined;
  /** Resolves once the held request has arrived and, for "after", has taken effect. */
  let held: Promise<void>;
  let release = () => {};
  const secrets: string[] = [];

  session.fault = (request) => {
    if (!hold || request.method !== hold.method || !hold.path.test(request.path)) return undefined;
    const { when } = hold;
    const { baseUrl, key } = session.account;
    hold = undefined;
    if (when === "before") release();
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

  function holdNext(method: string, path: RegExp, when: Hold): void {
    hold = { method, path, when };
    held = new Promise((resolve) => {
      release = resolve;
    });
  }

  /** Creates a key with a guardrail. */
  async function createKey(name: string): Promise<KnownKey> {
    const { account, page } = fixture;
    await fixture.removeLeftovers(name);
    const key = await fixture.createKey(name, { limit: 5, limit_reset: "monthly" });
    secrets.push(key.secret);
    const [guardrail] = account.state.guardrails.values();
    assert.ok(guardrail);
    const assignment = { guardrail_id: guardrail.id, target: key.hash, assigned_by: null, created_at: "" };
    account.state.keyAssignments.push({ id: name, ...assignment });
    await runCommand(page, "OpenRouter Admin: Refresh Keys");
    return key;
  }

  /** Runs Rotate Key up to the held request. */
  async function begin(name: string): Promise<void> {
    await openRotateKey(fixture, name);
    await acceptDefaults(fixture.page);
    await pick(fixture.page, "Rotate Key");
    await held;
  }

  async function crash(): Promise<void> {
    await crashAndRestart(fixture.host, fixture.page);
    await openContainer(fixture.page, "OpenRouter Admin");
  }

  async function answer(name: string, action: "Continue" | "Roll Back"): Promise<void> {
    await answerToast(fixture.page, `The rotation of ${name} was interrupted`, action);
  }

  async function copySecret(name: string): Promise<string> {
    const { page } = fixture;
    await atStep(page, `The new secret of ${name}`);
    await pick(page, "Copy");
    await modal(page, /is on the clipboard/);
    const secret = await readClipboard(page);
    secrets.push(secret);
    await answerModal(page, "I Have Saved It");
    await toast(page, `${name} was rotated`).waitFor();
    return secret;
  }

  /** Asserts that both keys work, that there is one new key with the guardrail, and that the secret is its secret. */
  async function assertRotated(name: string, old: KnownKey, secret: string): Promise<void> {
    const others = fixture.keysNamed(name).filter(({ hash }) => hash !== old.hash);
    assert.deepEqual(
      others.map(({ hash }) => hash),
      [hashOf(secret)],
    );
    assert.equal(fixture.guardrailsOf(hashOf(secret)).length, 1);
    assert.ok((await fixture.isAccepted(old.secret)) && (await fixture.isAccepted(secret)));
    const record = fixture.journal().find((one) => one.old.hash === old.hash);
    assert.deepEqual([record?.step, record?.owner], ["pending", undefined]);
    assert.ok(!fixture.pendingSecrets().some(({ hash }) => hash === hashOf(secret)));
  }

  /** Asserts that the old key works and that the rotation left no key, record or secret behind. */
  async function assertUnchanged(name: string, old: KnownKey): Promise<void> {
    await waitUntil("the record is removed", () => !fixture.journal().some((one) => one.old.hash === old.hash));
    assert.deepEqual(
      fixture.keysNamed(name).map(({ hash }) => hash),
      [old.hash],
    );
    assert.ok(await fixture.isAccepted(old.secret));
    const hashes = new Set(fixture.account.state.keys.keys());
    assert.deepEqual(
      fixture.pendingSecrets().filter(({ hash }) => !hashes.has(hash)),
      [],
    );
  }

  const stepOf = (old: KnownKey) => fixture.journal().find((one) => one.old.hash === old.hash)?.step;

  it("continues if the create request never reached the account", async () => {
    const old = await createKey("unsent");
    holdNext("POST", /^\/keys$/, "before");
    await begin("unsent");
    await crash();
    await screenshot(fixture.page, "crash-creating");
    await answer("unsent", "Continue");
    await assertRotated("unsent", old, await copySecret("unsent"));
  });

  it("rolls back if the create request never reached the account", async () => {
    const old = await createKey("unsent-back");
    holdNext("POST", /^\/keys$/, "before");
    await begin("unsent-back");
    await crash();
    await answer("unsent-back", "Roll Back");
    assert.match((await modal(fixture.page, /Roll back/)).detail, /No key will be deleted/);
    await answerModal(fixture.page, "Roll Back");
    await assertUnchanged("unsent-back", old);
  });

  it("replaces a key whose secret was lost with the response", async () => {
    const old = await createKey("lost");
    holdNext("POST", /^\/keys$/, "after");
    await begin("lost");
    assert.equal(fixture.keysNamed("lost").length, 2);
    await crash();
    await answer("lost", "Continue");
    assert.match(
      (await modal(fixture.page, /its secret was lost/)).detail,
      /never used.*The secret can.t be shown again/s,
    );
    await screenshot(fixture.page, "crash-orphan");
    await answerModal(fixture.page, "Delete It and Create Another");
    await assertRotated("lost", old, await copySecret("lost"));
  });

  it("rolls back a key whose secret was lost with the response", async () => {
    const old = await createKey("lost-back");
    holdNext("POST", /^\/keys$/, "after");
    await begin("lost-back");
    await crash();
    await answer("lost-back", "Roll Back");
    assert.match((await modal(fixture.page, /Roll back/)).detail, /Will be deleted: the new key/);
    await answerModal(fixture.page, "Roll Back");
    await assertUnchanged("lost-back", old);
  });

  it("asks which of several keys the lost request created", async () => {
    const old = await createKey("several");
    holdNext("POST", /^\/keys$/, "after");
    await begin("several");
    const [orphan] = fixture.keysNamed("several").filter(({ hash }) => hash !== old.hash);
    const stranger = await fixture.createKey("several");
    await crash();
    await answer("several", "Roll Back");
    await atStep(fixture.page, "Roll back the rotation of several");
    const row = fixture.page.locator(".quick-input-list .monaco-list-row", { hasText: orphan!.label.slice(9) });
    await row.locator(".monaco-checkbox").click();
    await screenshot(fixture.page, "crash-several");
    await fixture.page.locator(".quick-input-action .monaco-button", { hasText: "OK" }).click();
    await answerModal(fixture.page, "Roll Back");
    await waitUntil("the record is removed", () => stepOf(old) === undefined);
    assert.deepEqual(
      fixture
        .keysNamed("several")
        .map(({ hash }) => hash)
        .sort(),
      [old.hash, stranger.hash].sort(),
    );
  });

  it("reports a lost response if VS Code keeps running", async () => {
    const { page } = fixture;
    const old = await createKey("cancelled");
    holdNext("POST", /^\/keys$/, "after");
    await begin("cancelled");
    await answerToast(page, "Creating the new key of cancelled", "Cancel");
    await toast(page, /The response to creating cancelled was lost/).waitFor();
    await screenshot(page, "crash-answer-lost");
    await answerToast(page, /The response to creating cancelled/, "Continue");
    await answerModal(page, "Delete It and Create Another");
    await assertRotated("cancelled", old, await copySecret("cancelled"));
  });

  it("assigns the guardrail if the assignment was interrupted", async () => {
    const old = await createKey("unbound");
    holdNext("POST", /assignments\/keys$/, "before");
    await begin("unbound");
    await crash();
    assert.equal(stepOf(old), "created");
    await answer("unbound", "Continue");
    await assertRotated("unbound", old, await copySecret("unbound"));
  });

  it("rolls back if the guardrail assignment was interrupted", async () => {
    const old = await createKey("unbound-back");
    holdNext("POST", /assignments\/keys$/, "after");
    await begin("unbound-back");
    await crash();
    await answer("unbound-back", "Roll Back");
    await answerModal(fixture.page, "Roll Back");
    await assertUnchanged("unbound-back", old);
  });

  it("keeps the secret if VS Code crashes while asking where it should go", async () => {
    const old = await createKey("asked");
    await rotate(fixture, "asked");
    await crash();
    assert.equal(stepOf(old), "bound");
    await answer("asked", "Continue");
    await assertRotated("asked", old, await copySecret("asked"));
  });

  it("keeps a copied secret until it is confirmed as saved, and rolls back", async () => {
    const { page } = fixture;
    const old = await createKey("copied-only");
    await rotate(fixture, "copied-only");
    await pick(page, "Copy");
    await modal(page, /is on the clipboard/);
    secrets.push(await readClipboard(page));
    await crash();
    assert.equal(stepOf(old), "bound");
    await answer("copied-only", "Roll Back");
    await answerModal(page, "Roll Back");
    await assertUnchanged("copied-only", old);
  });

  it("asks nothing more after the secret was confirmed as saved", async () => {
    const { page } = fixture;
    const old = await createKey("done");
    await rotate(fixture, "done");
    const secret = await copySecret("done");
    await crash();
    await rotationRow(fixture, "done");
    await assertRemains(
      async () => assert.equal(await toast(page, "The rotation of done was interrupted").count(), 0),
      1_500,
    );
    await assertRotated("done", old, secret);
  });

  for (const when of ["before", "after"] as const)
    it(`disables and deletes the old key after a crash ${when} each request took effect`, async () => {
      const { page } = fixture;
      const name = `old-${when}`;
      const old = await createKey(name);
      await rotate(fixture, name);
      const secret = await copySecret(name);

      await waitForSettledView(page, KEYS);
      holdNext("PATCH", /^\/keys\//, when);
      await runInlineAction(await rotationRow(fixture, name), "Disable Old Key");
      await held;
      await crash();
      await rotationRow(fixture, name);
      if (when === "after") await waitUntil("the old key is recorded as disabled", () => stepOf(old) === "disabled");
      else {
        assert.equal(stepOf(old), "pending");
        await waitForSettledView(page, KEYS);
        await runInlineAction(await rotationRow(fixture, name), "Disable Old Key");
        await waitUntil("the old key is disabled", () => stepOf(old) === "disabled");
      }

      await waitForSettledView(page, KEYS);
      holdNext("DELETE", /^\/keys\//, when);
      await runInlineAction(await rotationRow(fixture, name), "Delete Old Key");
      await answerModal(page, "Delete Old Key");
      await held;
      await crash();
      await rotationRow(fixture, name);
      await waitForSettledView(page, KEYS);
      await runInlineAction(await rotationRow(fixture, name), "Delete Old Key");
      if (when === "before") await answerModal(page, "Delete Old Key");
      else await toast(page, `The old key of ${name} was deleted elsewhere`).waitFor();
      await waitUntil("the rotation has ended", () => stepOf(old) === undefined);
      assert.deepEqual(
        fixture.keysNamed(name).map(({ hash }) => hash),
        [hashOf(secret)],
      );
      assert.ok(await fixture.isAccepted(secret));
    });

  it("doesn't offer a rotation of another window, and asks before taking it over", async () => {
    const { page, host } = fixture;
    const old = await createKey("elsewhere");
    await rotate(fixture, "elsewhere");
    await quickInput(page).press("Escape");
    await toast(page, "The rotation of elsewhere is paused").waitFor();
    await fixture.rewriteRecords((one) => (one.old.hash === old.hash ? { ...one, owner: { pid: process.pid } } : one));
    await reloadWindow(host, page);
    await rotationRow(fixture, "elsewhere");
    const offered = toast(page, "The rotation of elsewhere was interrupted");
    await assertRemains(async () => assert.equal(await offered.count(), 0), 1_500);
    const row = (await viewRows(page, KEYS)).find(({ label, level }) => label === "elsewhere" && level === 2);
    assert.match(row?.description ?? "", /in progress in another window/);
    await runCommand(page, "OpenRouter Admin: Continue Rotation");
    await pick(page, "elsewhere");
    await modal(page, /Another window seems to be working/);
    await answerModal(page, "Continue Here");
    await assertRotated("elsewhere", old, await copySecret("elsewhere"));
  });

  it("offers a rotation of a window that is gone, while its process still runs", async () => {
    const { host } = fixture;
    const old = await createKey("windowless");
    const first = session.page;
    const url = first.url();
    await first.goto("about:blank");
    const tab = await first.context().newPage();
    session.page = tab;
    try {
      await openWindow(tab, host, {});
      await openContainer(tab, "OpenRouter Admin");
      await rotate(fixture, "windowless");
      const running = extensionHosts(host);
      await crashTab(tab);
      assert.ok(running.length > 0);
      session.page = first;
      await first.goto(url);
      await openContainer(first, "OpenRouter Admin");
      await answer("windowless", "Continue");
      // Its process could only be blocked.
      await modal(first, /Another window seems to be working/);
      await answerModal(first, "Continue Here");
      assert.ok(
        running.some((pid) => extensionHosts(host).includes(pid)),
        "the old process has ended",
      );
    } finally {
      session.page = first;
    }
    await assertRotated("windowless", old, await copySecret("windowless"));
  });

  it("writes no secret to logs or files", () => assertNoSecretLeaked(fixture, secrets));
});
