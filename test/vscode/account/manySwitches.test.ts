// Switches between two accounts and the sample account 200 times while everything is open and answers are late.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Frame, Page } from "playwright-core";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { startFaultProxy } from "../../support/faults.ts";
import { startKeyRouter } from "../../support/keyRouter.ts";
import type { McpServer } from "../../support/mcp.ts";
import { agentHome, startAgent } from "../agent/gateSession.ts";
import { runCommand, toast } from "../host/browser.ts";
import { openKeyReview } from "../host/createKeyWizard.ts";
import { eventually } from "../host/eventually.ts";
import { typeKey } from "../host/keyInput.ts";
import { choose, openPanel } from "../host/panel.ts";
import { globalStorage } from "../host/paths.ts";
import { atStep, enter, pick, quickInputClosed } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { hideView, showView, viewRows } from "../host/tree.ts";
import { createAgentLoop, idsIn, idsOf } from "./agentLoop.ts";
import { NEUTRAL, type Recorder, recordSurfaces, rowText, type Surfaces } from "./surfaces.ts";
import { differencesFrom, findCrossings, type Portraits, type Switch } from "./switchHistory.ts";
import { mark, SWITCHED_MESSAGE } from "./twoAccounts.ts";

type Name = "A" | "B" | "Sample";
const NAMES: Name[] = ["A", "B", "Sample"];
const VIEWS = ["Credits", "Keys", "Guardrails", "Members"];
const [SWITCHES, ROUNDS] = [200, 8];
/** Surfaces that name the account; the others show its things. */
const NAMED = ["Credits", ...VIEWS.slice(1).map((view) => `${view} (title)`), "panel title", "status bar"];
/** Ids of rotations in sample accounts of other windows. */
const [OPEN, CLOSED] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"] as const;
/** No process has this id. */
const MAX_PID = 4_194_303;
/** The longest time that an answer is late. */
const LATE_MS = 400;
/**
 * Rows that writes of the test may add, and what depends on the analytics, whose rate limit 200 switches reach: the spend of
 * the keys' counters differs from theirs, and the end of the credits is forecast from them.
 */
const isExtra = (text: string) => /^(agent|wizard) \d|^\$\S+ today$|^Last Until \| /.test(text);
/** What surfaces show between two accounts. */
const NOBODYS = ["Agent writes: on", "OpenRouter Activity"];

const home = agentHome();
const accounts = {} as Record<"A" | "B", SampleAccount>;
let router: Awaited<ReturnType<typeof startKeyRouter>>;
let network: Awaited<ReturnType<typeof startFaultProxy>>;
let delays = 0;

async function startAccounts(): Promise<SampleAccount> {
  for (const name of ["A", "B"] as const) {
    accounts[name] = await startSampleAccount({
      keys: 8,
      seed: `many switches ${name}`,
      analyticsPerMinute: Number.POSITIVE_INFINITY,
    });
    mark(name, accounts[name]);
  }
  router = await startKeyRouter(Object.values(accounts));
  network = await startFaultProxy(router.baseUrl, async () => {
    // Every third answer is late, by a time that is different each time.
    delays += 1;
    await sleep(delays % 3 === 0 ? (delays * 67) % LATE_MS : 0);
    return undefined;
  });
  return accounts.A;
}

const options: Parameters<typeof describeSession>[1] = {
  account: startAccounts,
  signedIn: false,
  settings: () => ({ "openrouterAdmin.baseUrl": network.baseUrl, "openrouterAdmin.allowWriteTools": "on" }),
  host: { home: home.home },
  // Tall enough for all rows of all views.
  viewport: { width: 1500, height: 2600 },
};

describeSession("two accounts and the sample account, switched 200 times", options, (session) => {
  let page: Page;
  let panel: Frame;
  let recorder: Recorder;
  let agent: McpServer;
  const portraits = {} as Portraits<Name>;
  const switches: Switch<Name>[] = [];
  let loop: ReturnType<typeof createAgentLoop>;

  before(async () => {
    ({ page } = session);
    await leaveRotations();
    await addAccounts();
    await hideView(page, "Spend");
    for (const view of VIEWS) await showView(page, view);
  });
  after(async () => {
    await loop?.stop();
    await agent?.close();
    await network?.close();
    router?.close();
    await accounts.B?.close();
    await home.remove();
  });

  const rotationFile = (id: string) => join(globalStorage(session.host), "rotations", `${id}.json`);

  /** Leaves an unfinished rotation in the sample accounts of another window and of one that was closed. */
  async function leaveRotations(): Promise<void> {
    await mkdir(dirname(rotationFile("")), { recursive: true });
    for (const [id, pid] of Object.entries({ [OPEN]: process.pid, [CLOSED]: MAX_PID })) {
      const old = { hash: "0".repeat(64), name: "another window's", label: "sk-or-v1-000...0000", disabled: false };
      const record = {
        ...{ version: 2, id, account: `sample-${pid}-${Date.now()}-0123456789abcdef`, step: "pending" },
        ...{ startedAt: new Date().toISOString(), knownHashes: [], body: { name: old.name }, handedOver: "copied" },
        old: { ...old, usage: { usage: 0, byok_usage: 0 } },
        new: { ...old, hash: "1".repeat(64) },
      };
      await writeFile(rotationFile(id), JSON.stringify(record));
    }
  }

  async function addAccounts(): Promise<void> {
    await typeKey(page, accounts.A.key);
    await quickInputClosed(page);
    await runCommand(page, "OpenRouter Admin: Rename Account");
    await atStep(page, "Rename Account");
    await enter(page, "A");
    await atStep(page, "Color of A");
    await page.keyboard.press("Escape");
    await quickInputClosed(page);
    await typeKey(page, accounts.B.key);
    await atStep(page, "Name the New Account");
    await enter(page, "B");
    await quickInputClosed(page);
    await runCommand(page, "Notifications: Clear All Notifications");
  }

  const current = () => switches.at(-1)!.to;

  /** Switches inside the extension host, as a keybinding does; `afterMs` is the time since the one before. */
  async function switchTo(...steps: { to: Name; afterMs?: number }[]): Promise<void> {
    const results = await session.host.runSteps(
      steps.map(({ to, afterMs }) => ({ command: "openrouterAdmin.switchAccount", args: [to], afterMs })),
    );
    for (const [i, { at, endedAt, error }] of results.entries()) {
      assert.equal(error, undefined);
      switches.push({ at, endedAt, to: steps[i]!.to });
    }
  }

  /** Waits until all surfaces show the account completely. */
  async function settled(name: Name): Promise<void> {
    const differences = async () => differencesFrom(portraits[name], await recorder.now(), isExtra);
    await eventually(async () => assert.deepEqual(await differences(), []), 60_000).catch((error) => {
      throw new Error(`After the switch to ${name}: ${error.message}`);
    });
  }

  /** Waits until all surfaces have stopped changing, and returns what they show. */
  async function portraitOf(name: Name): Promise<Surfaces> {
    let before = "";
    const shown = await eventually(async () => {
      await sleep(LATE_MS * 2);
      const now = await recorder.now();
      const text = JSON.stringify(now);
      const isSame = text === before && Object.values(now).every((texts) => texts.length > 0);
      before = text;
      if (!isSame) throw new Error(`The surfaces of ${name} are incomplete: ${text}`);
      return now;
    });
    // Including the rows out of view.
    for (const view of VIEWS) {
      const rows = await viewRows(page, view, { all: true });
      shown[view] = rows.map(rowText).filter((text) => !NEUTRAL.test(text));
    }
    return shown;
  }

  async function assertNotCrossed(): Promise<void> {
    const crossings = findCrossings(
      await recorder.take(),
      switches,
      portraits,
      (text) => isExtra(text) || NOBODYS.includes(text),
    );
    assert.deepEqual(crossings, []);
  }

  it("shows each account completely, and its name on each surface", async () => {
    panel = await openPanel(page);
    await choose(panel, "Group by", "Key");
    recorder = await recordSurfaces(page, panel);
    for (const name of NAMES) {
      await switchTo({ to: name });
      portraits[name] = await portraitOf(name);
    }
    for (const name of NAMES) {
      const others = NAMES.filter((one) => one !== name);
      for (const [surface, texts] of Object.entries(portraits[name])) {
        assert.notDeepEqual(texts, [], `${surface} shows nothing of ${name}`);
        const own = texts.filter((text) => others.every((other) => !portraits[other][surface]?.includes(text)));
        assert.notDeepEqual(own, [], `${surface} of ${name} is like that of another account: ${texts}`);
      }
      for (const surface of NAMED) {
        const texts = portraits[name][surface]?.join(" ") ?? "";
        assert.match(texts, new RegExp(`\\b${name}\\b`), `${surface} doesn't name ${name}`);
      }
    }
    await recorder.take();
  });

  it("shows only the account in use, whatever answers are late", async () => {
    agent = await startAgent(session.host, home);
    loop = createAgentLoop(agent, accounts);
    loop.start();
    let at = NAMES.indexOf(current());
    for (let round = 0; round < ROUNDS; round++) {
      const steps = Array.from({ length: SWITCHES / ROUNDS }, (_, i) => {
        // Both directions round the three accounts.
        at += (round + i) % 5 < 3 ? 1 : 2;
        // Sometimes faster than any answer, sometimes after some of them.
        return { to: NAMES[at % 3]!, afterMs: [0, 20, 60, 0, 150, 10, 0, 90][(round + i) % 8]! };
      });
      await switchTo(...steps);
      await settled(current());
      await sleep(LATE_MS);
      await settled(current());
      await assertNotCrossed();
    }
    assert.ok(switches.length >= SWITCHES, `only ${switches.length} switches`);
    // On a busy machine.
  }).timeout(20 * 60_000);

  it("answers the agent with data of one account, the one in use, and writes to no other", async () => {
    await loop.stop();
    assert.deepEqual(loop.crossings(switches), []);
    const answered = loop.calls.filter(({ isError }) => !isError);
    for (const tool of ["or_keys_list", "or_guardrail_create"])
      assert.ok(answered.filter((one) => one.tool === tool).length > 2, `${tool} was rarely answered`);
  });

  it("sends nothing if the account is switched while a wizard is open", async () => {
    for (const [i, from] of NAMES.entries()) {
      const to = NAMES[(i + 1) % 3]!;
      await switchTo({ to: from });
      await settled(from);
      await openKeyReview(page, `wizard ${i}`, from === "Sample" ? "Sandbox" : `${from} Sandbox`);
      await switchTo({ to });
      await pick(page, "Create Key");
      await toast(page, SWITCHED_MESSAGE).waitFor();
      await runCommand(page, "Notifications: Clear All Notifications");
      await settled(to);
      for (const name of ["A", "B"] as const)
        for (const { name: key } of accounts[name].state.keys.values()) assert.doesNotMatch(key, /wizard/);
    }
    await assertNotCrossed();
  });

  it("removes the rotation of a sample account whose window was closed, not that of an open window", async () => {
    await runCommand(page, "OpenRouter Admin: Refresh Keys");
    await eventually(() => assert.ok(!existsSync(rotationFile(CLOSED))));
    assert.ok(existsSync(rotationFile(OPEN)));
    for (const name of NAMES) assert.doesNotMatch(portraits[name].Keys!.join(), /another window's|Pending Rotations/);
  });

  it("asked each account only for its own things", () => {
    for (const name of ["A", "B"] as const) {
      const own = idsOf(accounts[name]);
      for (const { method, path, query, body, status } of accounts[name].requests) {
        const request = JSON.stringify([method, path, query, body ?? null]);
        assert.deepEqual(
          idsIn(request).filter((id) => !own.has(id)),
          [],
          `${name} was sent ${request}`,
        );
        const isRateLimit = status === 429 && path.startsWith("/analytics/");
        assert.ok(status < 400 || isRateLimit, `${name} answered ${status} to ${request}`);
      }
    }
  });
});
