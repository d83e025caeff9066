import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelAnswer } from "../../src/channel/protocol.ts";
import { type AgentChange, createAgentChange } from "../../src/editor/agents/changes/agentChange.ts";
import { createChangeLog } from "../../src/editor/agents/changes/changeLog.ts";
import { reloadChangedLists } from "../../src/editor/agents/changes/reloadChangedLists.ts";
import { watchLog } from "../../src/editor/agents/changes/watchLog.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentWrite, createAgentSession } from "../support/agentSession.ts";
import { waitUntil } from "../support/fakeUser.ts";

const done: ChannelAnswer = { kind: "answer", now: new Date().toISOString() };
const record = (write: ReturnType<typeof agentWrite>, id = "a", answer: ChannelAnswer = done): AgentChange => ({
  ...createAgentChange(write, answer, { account: { id, name: "Test" }, name: "x", redact: (text) => text }),
  pid: process.pid + 1,
});

describe("watchLog", () => {
  let folder: string;
  let lifetime: AbortController;
  let received: AgentChange[][];
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "openrouter-admin-follow-")), "agents");
    lifetime = new AbortController();
    received = [];
  });
  afterEach(async () => {
    lifetime.abort();
    await rm(join(folder, ".."), { recursive: true });
  });

  const change = () => record(agentWrite("POST", "/keys", { name: "x" }));
  const ids = () => received.flat().map(({ id }) => id);
  const follow = () =>
    watchLog(folder, createChangeLog(folder), (changes) => void received.push(changes), lifetime.signal);

  it("reports changes that another window records, once", async () => {
    const log = createChangeLog(folder);
    await log.add({ ...change(), at: "2026-01-01T00:00:00.000Z" });
    await follow();
    const [first, second, own] = [change(), change(), { ...change(), pid: process.pid }];
    await log.add(first);
    await waitUntil(() => received.length === 1, "the first change");
    await log.add(own);
    await log.add(second);
    await waitUntil(() => received.length === 2, "the second change");
    assert.deepEqual(ids(), [first.id, second.id]);
  });

  it("reports nothing after it is aborted", async () => {
    await follow();
    lifetime.abort();
    await createChangeLog(folder).add(change());
    await sleep(400);
    assert.deepEqual(received, []);
  });

  it("doesn't fail if there is no folder to watch", async () => {
    folder = join(folder, "..", "file");
    await createChangeLog(folder).add(change());
    await watchLog(join(folder, "changes.jsonl"), createChangeLog(folder), () => {}, lifetime.signal);
  });
});

describe("reloadChangedLists", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof createAgentSession>;
  beforeEach(async () => {
    account = await startSampleAccount();
    session = createAgentSession(account);
    await Promise.all([session.data.keys.load(), session.data.guardrails.load()]);
  });
  afterEach(async () => {
    session.end();
    await account.close();
  });

  async function pathsFor(changes: AgentChange[]): Promise<string[]> {
    const mark = account.requests.length;
    await reloadChangedLists(changes, session);
    return account.requests.slice(mark).map(({ path }) => path);
  }
  const key = () => session.data.keys.current!.value.keys[0]!;

  it("reloads only the affected list and marks the row", async () => {
    account.state.keys.get(key().hash)!.limit = 4321;
    const write = agentWrite("PATCH", `/keys/${key().hash}`, { limit: 4321 });
    const paths = await pathsFor([record(write, session.id), record(write, session.id)]);
    assert.equal(key().limit, 4321);
    assert.ok(session.data.changedByAgents.has(key().hash));
    assert.ok(!paths.some((path) => path.startsWith("/guardrails")), paths.join());
    assert.deepEqual(paths, await pathsFor([record(write, session.id)]));
  });

  it("doesn't mark a row whose change was undone", async () => {
    const write = agentWrite("PATCH", `/keys/${key().hash}`, { limit: 1 });
    const paths = await pathsFor([{ ...record(write, session.id), undoes: "other" }]);
    assert.ok(paths.includes("/keys"), paths.join());
    assert.equal(session.data.changedByAgents.size, 0);
  });

  it("reloads nothing for another account or a refused write", async () => {
    const write = agentWrite("PATCH", `/keys/${key().hash}`, { limit: 1 });
    const refused = record(write, session.id, { kind: "refusal", reason: "no" });
    assert.deepEqual(await pathsFor([record(write, "other"), refused]), []);
  });
});
