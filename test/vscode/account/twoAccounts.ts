// A real VS Code that is switched between two sample accounts, with checks that their data is never mixed.
import assert from "node:assert/strict";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Rotation } from "../../../src/openrouter/rotation/index.ts";
import { type RecordedRequest, type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { startFaultProxy } from "../../support/faults.ts";
import { runCommand } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { globalStorage } from "../host/paths.ts";
import type { Host } from "../host/server.ts";
import { describeSession, type Session } from "../host/session.ts";
import { statusItem } from "../host/status.ts";
import { hideView, type Row, showView, viewRows } from "../host/tree.ts";
import { usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

/** The message if a response or an answer comes after the switch. */
export const SWITCHED_MESSAGE = /account was switched.*[Nn]othing was sent/s;

const VIEWS = ["Credits", "Keys", "Guardrails", "Members"];

/** A request that is held back on its way to the account. */
export interface HeldRequest {
  /** Waits until the request arrives. */
  arrives(): Promise<void>;
  /** Forwards the request; resolves once its response is delivered or its connection is closed. */
  release(): Promise<void>;
}

/** One of the accounts. Its names, limits and figures show which account they belong to. */
export interface Side {
  name: "A" | "B";
  account: SampleAccount;
  baseUrl: string;
  /** Holds back the next matching request. */
  hold(method: string, path: RegExp): HeldRequest;
  /** Returns the writes since the mark. */
  writes(mark?: number): string[];
  key(name: string): ReturnType<SampleAccount["state"]["keys"]["get"]> & object;
  guardrail(name: string): ReturnType<SampleAccount["state"]["guardrails"]["get"]> & object;
  /** Restores the account's initial keys and guardrails. */
  restore(): void;
  close(): Promise<void>;
}

export interface TwoAccounts {
  a: Side;
  b: Side;
  host: Host;
  page: Page;
  /** The folder of the extension's records. */
  storage: string;
  /** Restores both accounts, closes everything and switches to A. */
  reset(): Promise<void>;
  /** Switches the account and waits until the views show it. */
  use(side: Side): Promise<void>;
  /** Checks that nothing of A is visible (optionally except in editors) and all rows of B are unchanged. */
  assertNotCrossed(options?: { editors?: boolean }): Promise<void>;
  /** Closes dialogs, inputs and editors, and clears notifications. */
  closeEverything(): Promise<void>;
  /** Writes a record of a rotation, like another window. */
  record(rotation: Rotation): Promise<void>;
}

const isWrite = ({ method, path }: RecordedRequest) =>
  method !== "GET" && !(method === "POST" && path.startsWith("/analytics"));

/** Describes a suite with an editor and two accounts. `two` is complete when the first test runs. */
export function describeTwoAccounts(title: string, body: (two: TwoAccounts) => void): void {
  let a: Side;
  let b: Side;
  const startA = async () => {
    [a, b] = [await startSide("A"), await startSide("B")];
    return a.account;
  };
  const options: Parameters<typeof describeSession>[1] = {
    account: startA,
    settings: () => ({ "openrouterAdmin.baseUrl": a.baseUrl }),
    signedIn: false,
    // A key of neither account: the proxies replace it by their account's key.
    host: async (account) => ({ env: { OPENROUTER_PROVISIONING_KEY: account.revokedKey } }),
    // Tall enough for all rows of all views.
    viewport: { width: 1300, height: 2600 },
    independent: true,
  };
  describeSession(title, options, (session) => {
    const two = {} as TwoAccounts;
    before(async () => void Object.assign(two, await between(session, a, b)));
    after(async () => {
      for (const side of [a, b]) await side?.close();
      await b?.account.close();
    });
    beforeEach(() => two.reset());
    body(two);
  });
}

async function between(session: Session, a: Side, b: Side): Promise<TwoAccounts> {
  const { host, page } = session;
  const storage = globalStorage(host);
  const rotations = join(storage, "rotations");
  let current = a;

  await hideView(page, "Spend");
  for (const view of VIEWS) await showView(page, view);

  async function use(side: Side): Promise<void> {
    if (side !== current) await host.updateSettings({ "openrouterAdmin.baseUrl": side.baseUrl });
    current = side;
    const remaining = usd(await trueRemaining(side.account));
    await statusItem(page, remaining).waitFor({ timeout: 60_000 });
    await eventually(async () => assertComplete(await keyRows(page), side));
    await eventually(async () => assertGuardrails(await guardrailRows(page), side));
  }

  await use(a);
  await use(b);
  const ofB = await allRows(page);

  async function closeEverything(): Promise<void> {
    const open = page.locator(".monaco-dialog-box, .quick-input-widget").filter({ visible: true });
    while (await open.count()) {
      await page.keyboard.press("Escape");
      await page.waitForTimeout(300);
    }
    await runCommand(page, "Notifications: Clear All Notifications");
    if ((await page.locator(".part.editor .tab").count()) === 0) return;
    await runCommand(page, "File: Revert File");
    await runCommand(page, "View: Close All Editors");
  }

  return {
    ...{ a, b, host, page, storage, use, closeEverything },
    async reset() {
      await closeEverything();
      // Switch away first, so that no cached data of A is shown.
      if (current === a) await use(b);
      for (const side of [a, b]) side.restore();
      for (const file of await readdir(rotations).catch(() => [])) await rm(join(rotations, file), { recursive: true });
      await use(a);
    },
    async assertNotCrossed({ editors = true } = {}) {
      // There is no event for "no more rows will appear".
      await page.waitForTimeout(700);
      await eventually(async () => assert.deepEqual(await allRows(page), ofB), 3_000);
      await assertNothingOf(a, page, editors);
    },
    async record(rotation) {
      await mkdir(rotations, { recursive: true });
      await writeFile(join(rotations, `${rotation.id}.json`), JSON.stringify(rotation));
    },
  };
}

async function startSide(name: "A" | "B"): Promise<Side> {
  // One seed: a request that crosses over then finds its key or guardrail, and shows.
  const account = await startSampleAccount({ keys: 12, seed: "two accounts" });
  const { state } = account;
  mark(name, account);
  const start = structuredClone(stored(account));
  let hold: { method: string; path: RegExp; arrive(): void; gate: Promise<void>; deliver(): void } | undefined;

  const proxy = await startFaultProxy(
    account.baseUrl,
    async ({ method, path }, response) => {
      const held = hold;
      if (!held || method !== held.method || !held.path.test(path)) return undefined;
      hold = undefined;
      response.once("close", held.deliver);
      held.arrive();
      await held.gate;
      return undefined;
    },
    { key: account.key },
  );

  function named<T extends { name: string }>(all: Iterable<T>, wanted: string): T {
    const found = [...all].find((one) => one.name === `${name} ${wanted}`);
    assert.ok(found, `${name} has no ${wanted}`);
    return found;
  }

  return {
    ...{ name, account, baseUrl: proxy.baseUrl },
    hold(method, path) {
      let isHere = false;
      const from = proxy.received.length;
      const arrive = () => {
        isHere = true;
      };
      const gate = Promise.withResolvers<void>();
      const delivered = Promise.withResolvers<void>();
      hold = { method, path, arrive, gate: gate.promise, deliver: delivered.resolve };
      return {
        arrives: () =>
          eventually(() => {
            const others = proxy.received.slice(from).map((one) => `${one.method} ${one.path}`);
            assert.ok(isHere, `no ${method} ${path} among ${others.join(", ") || "none"}`);
          }),
        release() {
          gate.resolve();
          return delivered.promise;
        },
      };
    },
    writes: (from = 0) =>
      account.requests
        .slice(from)
        .filter(isWrite)
        .map(({ method, path }) => `${method} ${path}`),
    key: (wanted) => named(state.keys.values(), wanted),
    guardrail: (wanted) => named(state.guardrails.values(), wanted),
    restore() {
      hold = undefined;
      const { keys, guardrails, keyAssignments, memberAssignments } = structuredClone(start);
      refill(state.keys, keys);
      refill(state.guardrails, guardrails);
      state.deletedKeys.clear();
      state.keyAssignments.splice(0, Number.POSITIVE_INFINITY, ...keyAssignments);
      state.memberAssignments.splice(0, Number.POSITIVE_INFINITY, ...memberAssignments);
    },
    close: () => proxy.close(),
  };
}

const stored = ({ state: { keys, guardrails, keyAssignments, memberAssignments } }: SampleAccount) => ({
  ...{ keys, guardrails, keyAssignments, memberAssignments },
});

function refill<K, V>(map: Map<K, V>, entries: Map<K, V>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

/** Adds the account's name to each row, since the two accounts have one seed and so the same hashes and ids. */
export function mark(name: "A" | "B", { state }: SampleAccount): void {
  const cents = name === "A" ? 0.11 : 0.22;
  for (const key of state.keys.values()) {
    key.name = `${name} ${key.name}`;
    if (key.limit !== null) key.limit += cents;
  }
  for (const guardrail of state.guardrails.values()) {
    guardrail.name = `${name} ${guardrail.name}`;
    // The same length in both, so that the documents have the same size and time.
    guardrail.description = `${name}: ${guardrail.description ?? "none"}`;
    if (guardrail.limit_usd !== null) guardrail.limit_usd += cents;
  }
  for (const workspace of state.workspaces) workspace.name = `${name} ${workspace.name}`;
  for (const member of state.members) if (member.first_name) member.first_name = `${name} ${member.first_name}`;
  state.totalCredits += (name === "A" ? 111 : 222_222) * 1_000_000;
  if (name === "A") return;
  for (const row of new Set([...state.ledger, ...[...state.ledgerByKey.values()].flat()])) {
    row.usage *= 3;
    row.byok *= 3;
  }
}

/** Returns keys and workspaces without pending rotations, which belong to the key, not to the base URL. */
async function keyRows(page: Page): Promise<Row[]> {
  const rows = await viewRows(page, "Keys", { all: true });
  const pending = rows.findIndex(({ label, level }) => level === 1 && label === "Pending Rotations");
  if (pending < 0) return rows;
  const next = rows.findIndex(({ level }, index) => index > pending && level === 1);
  return [...rows.slice(0, pending), ...(next < 0 ? [] : rows.slice(next))];
}

const guardrailRows = (page: Page) => viewRows(page, "Guardrails", { all: true });

function assertComplete(rows: Row[], { account, name }: Side): void {
  const shown = rows.filter(({ level }) => level === 2).map(({ label }) => label);
  const active = [...account.state.keys.values()].filter(({ disabled }) => !disabled).map((key) => key.name);
  for (const label of shown) assert.ok(label.startsWith(`${name} `), `${label} is a row of ${name}`);
  for (const key of active) assert.ok(shown.includes(key), `no row ${key} among ${shown}`);
}

function assertGuardrails(rows: Row[], { account, name }: Side): void {
  const groups = rows.filter(({ level }) => level === 1).map(({ label }) => label);
  for (const label of groups) assert.ok(label.startsWith(`${name} `), `${label} is a row of ${name}`);
  const shown = rows.filter(({ level }) => level === 2).map(({ label }) => label);
  for (const { name: wanted } of account.state.guardrails.values())
    assert.ok(shown.includes(wanted), `no row ${wanted} among ${shown}`);
}

/** Returns the texts of all rows, except load times and the children of guardrails. */
async function allRows(page: Page): Promise<string[]> {
  const rows: string[] = [];
  for (const view of VIEWS) {
    const own = view === "Keys" ? await keyRows(page) : await viewRows(page, view, { all: true });
    for (const { label, description, icon, level } of own)
      if (!/^Read at/.test(label) && !(view === "Guardrails" && level > 2))
        rows.push(`${view}: ${label} | ${description} | ${icon}`);
  }
  return rows;
}

/** Checks that guardrail rows, the status bar and the editors contain no name of the account. */
async function assertNothingOf({ account: { state } }: Side, page: Page, editors: boolean): Promise<void> {
  const names = [state.keys, state.guardrails].flatMap((all) => [...all.values()].map(({ name }) => name));
  const rows = (await guardrailRows(page)).map(({ label, description }) => `${label} ${description}`);
  const parts = page.locator([".part.statusbar", ...(editors ? [".part.editor"] : [])].join());
  const text = [...rows, ...(await parts.allInnerTexts())].join("\n").replaceAll("\u00a0", " ");
  assert.deepEqual(
    names.filter((name) => text.includes(name)),
    [],
  );
}
