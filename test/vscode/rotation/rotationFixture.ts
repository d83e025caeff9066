// Access to the account's keys and the extension's records during a rotation test, and helpers for its steps.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import type { Rotation } from "../../../src/openrouter/rotation/index.ts";
import type { KeyRecord, SampleAccount } from "../../../src/sample/index.ts";
import { registerSecret } from "../../support/plantedSecrets.ts";
import { quickInput, runCommand } from "../host/browser.ts";
import { reloadWindow } from "../host/extensionHost.ts";
import { filesContaining } from "../host/fileSearch.ts";
import { globalStorage } from "../host/paths.ts";
import { atStep, currentStep, pick, ready } from "../host/quickInput.ts";
import type { Host } from "../host/server.ts";
import type { Session } from "../host/session.ts";
import { findRow, runInlineAction } from "../host/tree.ts";

export const KEYS = "Keys";
export const GROUP = "Pending Rotations";

/** A key whose secret the test knows. */
export interface KnownKey {
  hash: string;
  label: string;
  secret: string;
}

export interface RotationFixture {
  account: SampleAccount;
  host: Host;
  page: Page;
  /** Creates a key with `POST /keys`, outside VS Code. */
  createKey(name: string, settings?: Record<string, unknown>): Promise<KnownKey>;
  /** Adds spend to a key, USD, at the current time. */
  spend(hash: string, usd: number): void;
  keyRecord(hash: string): KeyRecord | undefined;
  keysNamed(name: string): KeyRecord[];
  /** The ids of the guardrails that are assigned to a key. */
  guardrailsOf(hash: string): string[];
  journal(): Rotation[];
  /** The records of the secrets in SecretStorage. */
  pendingSecrets(): { hash: string; state: string }[];
  /** Removes the keys and records that a failed attempt of the test left. */
  removeLeftovers(name: string): Promise<void>;
  /** Changes the rotation records on disk, for example to simulate elapsed time. */
  rewriteRecords(change: (record: Rotation) => Rotation): Promise<void>;
  /** True if the API accepts the secret. */
  isAccepted(secret: string): Promise<boolean>;
}

/** Creates the fixture for a session with few keys. Closes open inputs and notifications after each test. */
export function createRotationFixture(session: Session): RotationFixture {
  const records = <T>(name: string): T[] => {
    const dir = join(globalStorage(session.host), name);
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
    pendingSecrets: () => records("held"),
    async createKey(name, settings = {}) {
      const headers = { authorization: `Bearer ${session.account.key}`, "content-type": "application/json" };
      const body = JSON.stringify({ name, ...settings });
      const response = await fetch(`${session.account.baseUrl}/keys`, { method: "POST", headers, body });
      const { data, key } = (await response.json()) as { data: KeyRecord; key: string };
      return { hash: data.hash, label: data.label, secret: registerSecret(key) };
    },
    spend(hash, usd) {
      const [like] = session.account.state.ledger;
      assert.ok(like);
      const at = Date.now();
      const row = { ...like, at, day: new Date(at).toISOString().slice(0, 10), key: hash, usage: usd * 1e6, byok: 0 };
      session.account.state.ledger.push(row);
      session.account.state.ledgerByKey.set(hash, [...(session.account.state.ledgerByKey.get(hash) ?? []), row]);
    },
    keyRecord: (hash) => session.account.state.keys.get(hash),
    keysNamed: (name) => [...session.account.state.keys.values()].filter((key) => key.name === name),
    guardrailsOf: (hash) =>
      session.account.state.keyAssignments.filter(({ target }) => target === hash).map((one) => one.guardrail_id),
    async removeLeftovers(name) {
      const { state } = session.account;
      const left = [...state.keys.values()].filter((key) => key.name === name);
      if (left.length === 0) return;
      for (const { hash } of left) state.keys.delete(hash);
      for (const { id, old } of journal()) if (old.name === name) await rm(recordFile(session.host, id));
      await reloadWindow(session.host, session.page);
    },
    async rewriteRecords(change) {
      for (const record of journal())
        await writeFile(recordFile(session.host, record.id), JSON.stringify(change(record)));
    },
    async isAccepted(secret) {
      const answer = await fetch(`${session.account.baseUrl}/key`, { headers: { authorization: `Bearer ${secret}` } });
      return answer.ok;
    },
  };
}

function recordFile(host: Host, id: string): string {
  return join(globalStorage(host), "rotations", `${id}.json`);
}

/** Runs Rotate Key on a key's row, accepting the defaults, up to the choice of where the secret goes. */
export async function rotate(
  fixture: RotationFixture,
  name: string,
  choose: Record<number, string> = {},
): Promise<void> {
  const { page } = fixture;
  await openRotateKey(fixture, name);
  await acceptDefaults(page, choose);
  await pick(page, "Rotate Key");
  await atStep(page, `The new secret of ${name}`);
}

/** Opens the first step of Rotate Key from a key's row. */
export async function openRotateKey({ page }: RotationFixture, name: string): Promise<void> {
  await runInlineAction(await findRow(page, KEYS, name, { parent: "Production" }), "Rotate Key");
  await page
    .locator(".quick-input-title", { hasText: `Rotate Key: ${name} — ` })
    .filter({ hasText: "(1/" })
    .waitFor();
}

/** Presses Enter on each step up to the review; picks the given row on steps named in `choose`. */
export async function acceptDefaults(page: Page, choose: Record<number, string> = {}): Promise<void> {
  for (;;) {
    const { title, step = 0, steps = 0 } = await currentStep(page);
    if (step === steps) return;
    const choice = choose[step];
    if (choice) {
      await pick(page, choice);
      await atStep(page, title, step + 1, steps);
    } else {
      await acceptDefault(page, () => atStep(page, title, step + 1, steps, 10_000));
    }
  }
}

/** Presses Enter, and again if the step has not changed in time. */
async function acceptDefault(page: Page, waitForNextStep: () => Promise<void>): Promise<void> {
  const { step } = await currentStep(page);
  for (let attempt = 1; ; attempt++) {
    await ready(page);
    await quickInput(page).press("Enter");
    try {
      return await waitForNextStep();
    } catch (error) {
      if (attempt === 3 || (await currentStep(page)).step !== step) throw error;
    }
  }
}

/** Finds the row of a rotation. */
export function rotationRow({ page }: RotationFixture, name: string): Promise<Locator> {
  return findRow(page, KEYS, name, { parent: GROUP });
}

export const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Asserts that no secret is in VS Code's logs or in the extension's files. */
export function assertNoSecretLeaked(fixture: RotationFixture, secrets: string[]): void {
  const { host } = fixture;
  for (const secret of secrets) {
    assert.ok(!host.logs().includes(secret), "a secret is in the logs");
    const stored = join(host.dataDir, "User", "globalStorage");
    assert.deepEqual(filesContaining(secret, [stored]), []);
  }
}
