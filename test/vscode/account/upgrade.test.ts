import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { runCommand, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { typeKey, waitForKeySaved } from "../host/keyInput.ts";
import { globalStorage } from "../host/paths.ts";
import { describeSession } from "../host/session.ts";
import { storedSecrets, storeSecrets } from "../host/storedSecrets.ts";
import { contextMenu, findRow, showView, viewRows } from "../host/tree.ts";
import { trueKey, usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

/** The id of the single key in version 0. */
const OLD_ID = "openrouterAdmin.provisioningKey";
const NEW_ID = /^openrouterAdmin\.accountKey\.[0-9a-f]+$/;
const INDEX_ID = "openrouterAdmin.profiles";
const heldId = (hash: string) => `openrouterAdmin.held.${hash}`;
/** Secrets that the extension stores for their owners; the account doesn't know them. */
const [KEPT, WAITING] = ["1", "2"].map((digit) => `sk-or-v1-${digit.repeat(64)}`) as [string, string];

describeSession("data of version 0", { account: { keys: 12 }, signedIn: false }, (session) => {
  let account: SampleAccount;
  let page: Page;

  before(async () => {
    account = session.account;
    page = session.page;
    await typeKey(page, account.key);
    await waitForKeySaved(page);
    await assertAccountShown();

    const storage = globalStorage(session.host);
    for (const [folder, name, record] of records()) {
      await mkdir(join(storage, folder), { recursive: true });
      await writeFile(join(storage, folder, `${name}.json`), JSON.stringify(record));
    }
    await storeSecrets(session.host, page, {
      [OLD_ID]: account.key,
      [heldId(trueKey(account, "moderation").hash)]: KEPT,
      [heldId(trueKey(account, "translation").hash)]: WAITING,
    });
    await reloadWindow(session.host, page);
  });

  const secrets = () => storedSecrets(session.host, page);

  async function assertAccountShown(): Promise<void> {
    const remaining = usd(await trueRemaining(account));
    await showView(page, "Credits");
    await eventually(async () => {
      const rows = await viewRows(page, "Credits");
      assert.ok(rows.find(({ label, description }) => label === "Remaining" && description.includes(remaining)));
    });
  }

  /** Returns a rotation without an account id, and stored secrets without a version. */
  function records(): [folder: string, name: string, record: object][] {
    const ref = (name: string) => {
      const { hash, label } = trueKey(account, name);
      return { hash, name, label };
    };
    const id = randomUUID();
    const since = new Date().toISOString();
    const rotation = {
      ...{ version: 1, id, step: "pending", startedAt: since, knownHashes: [], handedOver: "copied" },
      old: { ...ref("email-triage"), disabled: false, usage: { usage: 0, byok_usage: 0 } },
      body: { name: "email-triage" },
      new: ref("search-embeddings"),
    };
    const [kept, waiting] = [ref("moderation"), ref("translation")];
    return [
      ["rotations", id, rotation],
      ["held", kept.hash, { ...kept, state: "kept", since }],
      ["held", waiting.hash, { ...waiting, state: "waiting", since }],
    ];
  }

  it("keeps the account in use", assertAccountShown);

  it("shows the rotation", async () => {
    await showView(page, "Keys", { alone: true });
    await findRow(page, "Keys", "email-triage", { parent: "Pending Rotations" });
  });

  it("shows the stored secrets", async () => {
    const entries = async (name: string) =>
      (await contextMenu(await findRow(page, "Keys", name, { parent: "Production" }))).map((entry) => entry.name);
    assert.ok((await entries("moderation")).includes("Copy Stored Secret"));
    assert.ok((await entries("translation")).includes("Save Pending Secret"));
  });

  it("moves the key from the old id to the account's id", async () => {
    await eventually(async () => {
      const { [OLD_ID]: old, [INDEX_ID]: index, ...others } = await secrets();
      assert.equal(old, undefined);
      assert.ok(index);
      assert.doesNotMatch(index, /sk-or-/);
      const keys = Object.entries(others).filter(([id]) => NEW_ID.test(id));
      assert.deepEqual(
        keys.map(([, key]) => key),
        [account.key],
      );
    }, 10_000);
  });

  it("keeps the account in use after another reload", async () => {
    await reloadWindow(session.host, page);
    await assertAccountShown();
  });

  it("removes all keys with Remove Key, except secrets stored for their owners", async () => {
    await runCommand(page, "OpenRouter Admin: Remove Key");
    await modal(page);
    await answerModal(page, "Remove Key");
    await toast(page, "The key was removed").waitFor();
    await eventually(async () => {
      const left = Object.values(await secrets()).filter((value) => /sk-or-/.test(value));
      assert.deepEqual(left.sort(), [KEPT, WAITING]);
    }, 10_000);
  });
});
