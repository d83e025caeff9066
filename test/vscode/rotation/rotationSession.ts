// What is true of the account's keys and of the extension's records at any moment, and the steps of a rotation.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import type { Rotation } from "../../../src/openrouter/rotation/index.ts";
import type { KeyRecord, SampleAccount } from "../../../src/sample/index.ts";
import { quickInput, runCommand } from "../host/browser.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { atStep, currentStep, pick, ready } from "../host/quickInput.ts";
import type { Host } from "../host/server.ts";
import type { Session } from "../host/session.ts";
import { findRow, runInlineAction } from "../host/tree.ts";

export const KEYS = "Keys";
export const GROUP = "Pending Rotations";

/** A key whose secret the test knows, as its owner does. */
export interface Known {
  hash: string;
  label: string;
  secret: string;
}

export interface Bench {
  account: SampleAccount;
  host: Host;
  page: Page;
  /** Creates a key as somebody outside would. */
  make(name: string, settings?: Record<string, unknown>): Promise<Known>;
  /** Lets a key spend, USD, now. */
  spend(hash: string, usd: number): void;
  record(hash: string): KeyRecord | undefined;
  named(name: string): KeyRecord[];
  /** The guardrails that bind a key. */
  bound(hash: string): string[];
  journal(): Rotation[];
  /** How many secrets wait in SecretStorage or are kept there, by the list of them. */
  held(): { hash: string; state: string }[];
  /** Takes away what an attempt of this test left that failed, so that the next one finds the account as it was. */
  forget(name: string): Promise<void>;
  /** Changes the records of rotations as time would. */
  rewrite(change: (record: Rotation) => Rotation): Promise<void>;
  /** The API's answer to whoever has the secret: 200, or 401. */
  works(secret: string): Promise<boolean>;
}

/** For the tests of a session with few keys; after each of them what it left open is closed. */
export function rotationBench(session: Session): Bench {
  const records = <T>(name: string): T[] => {
    const dir = join(storage(session.host), name);
    const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith(".json")) : [];
    return files.map((file) => JSON.parse(readFileSync(join(dir, file), "utf8")));
  };
  const journal = () => records<Rotation>("rotations");
  afterEach(async () => {
    const { page } = session;
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  return {
    journal,
    get account() {
      return session.account;
    },
    get host() {
      return session.host;
    },
    get page() {
      return session.page;
    },
    held: () => records("held"),
    async make(name, settings = {}) {
      const headers = { authorization: `Bearer ${session.account.key}`, "content-type": "application/json" };
      const body = JSON.stringify({ name, ...settings });
      const response = await fetch(`${session.account.baseUrl}/keys`, { method: "POST", headers, body });
      const { data, key } = (await response.json()) as { data: KeyRecord; key: string };
      return { hash: data.hash, label: data.label, secret: key };
    },
    spend(hash, usd) {
      const [like] = session.account.state.ledger;
      assert.ok(like);
      const at = Date.now();
      const row = { ...like, at, day: new Date(at).toISOString().slice(0, 10), key: hash, usage: usd * 1e6, byok: 0 };
      session.account.state.ledger.push(row);
      session.account.state.ledgerByKey.set(hash, [...(session.account.state.ledgerByKey.get(hash) ?? []), row]);
    },
    record: (hash) => session.account.state.keys.get(hash),
    named: (name) => [...session.account.state.keys.values()].filter((key) => key.name === name),
    bound: (hash) =>
      session.account.state.keyAssignments.filter(({ target }) => target === hash).map((one) => one.guardrail_id),
    async forget(name) {
      const { state } = session.account;
      const left = [...state.keys.values()].filter((key) => key.name === name);
      if (left.length === 0) return;
      for (const { hash } of left) state.keys.delete(hash);
      for (const { id, old } of journal()) if (old.name === name) await rm(recordFile(session.host, id));
      await reloadWindow(session.host, session.page);
    },
    async rewrite(change) {
      for (const record of journal())
        await writeFile(recordFile(session.host, record.id), JSON.stringify(change(record)));
    },
    async works(secret) {
      const answer = await fetch(`${session.account.baseUrl}/key`, { headers: { authorization: `Bearer ${secret}` } });
      return answer.ok;
    },
  };
}

/** Where our extension keeps its records. */
function storage(host: Host): string {
  return join(host.dataDir, "User", "globalStorage", "openrouter-admin.openrouter-admin");
}

function recordFile(host: Host, id: string): string {
  return join(storage(host), "rotations", `${id}.json`);
}

/** Runs Rotate Key on the row of a key and takes every proposal, as far as the choice of where the secret goes. */
export async function rotate(bench: Bench, name: string, choose: Record<number, string> = {}): Promise<void> {
  const { page } = bench;
  await rotationStep(bench, name);
  await takeProposals(page, choose);
  await pick(page, "Rotate Key");
  await atStep(page, `The new secret of ${name}`);
}

/** Opens the first step of Rotate Key from the row of a key, which has to have come. */
export async function rotationStep({ page }: Bench, name: string): Promise<void> {
  await runInlineAction(await findRow(page, KEYS, name, { parent: "Production" }), "Rotate Key");
  await page.locator(".quick-input-title", { hasText: `Rotate Key: ${name} (1/` }).waitFor();
}

/** Enter on each step until the review, but for those steps for which a row is named. */
export async function takeProposals(page: Page, choose: Record<number, string> = {}): Promise<void> {
  for (;;) {
    const { title, step = 0, steps = 0 } = await currentStep(page);
    if (step === steps) return;
    const choice = choose[step];
    if (choice) {
      await pick(page, choice);
      await atStep(page, title, step + 1, steps);
    } else {
      await takeProposal(page, () => atStep(page, title, step + 1, steps, 10_000));
    }
  }
}

/** Enter, and again if nothing has come of it after so long that it was not taken. */
async function takeProposal(page: Page, isTaken: () => Promise<void>): Promise<void> {
  const { step } = await currentStep(page);
  for (let attempt = 1; ; attempt++) {
    await ready(page);
    await quickInput(page).press("Enter");
    try {
      return await isTaken();
    } catch (error) {
      if (attempt === 3 || (await currentStep(page)).step !== step) throw error;
    }
  }
}

/** The row of a rotation. */
export function rotationRow({ page }: Bench, name: string): Promise<Locator> {
  return findRow(page, KEYS, name, { parent: GROUP });
}

export const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** None of the secrets is in what the editor logged or in what our extension wrote. */
export function assertNotLeaked(bench: Bench, secrets: string[]): void {
  const { host } = bench;
  for (const secret of secrets) {
    assert.ok(!host.logs().includes(secret), "a secret is in the logs");
    const stored = join(host.dataDir, "User", "globalStorage");
    assert.deepEqual(filesContaining(secret, [stored]), []);
  }
}
