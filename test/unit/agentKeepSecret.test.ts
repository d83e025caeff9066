import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createSecretKeeper } from "../../src/editor/agents/keepSecret.ts";
import { createKey } from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentWrite, createAgentSession } from "../support/agentSession.ts";
import { waitUntil } from "../support/fakeUser.ts";

describe("createSecretKeeper", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof createAgentSession>;
  /** The calls to the secret store, in order. */
  let done: string[] = [];
  /** The keys whose secrets were offered. */
  let offered: { hash: string; name: string }[] = [];
  /** The keys whose secrets couldn't be stored, with a function that answers the question. */
  let unstored: { name: string; answer(copies: boolean): void }[] = [];
  let errors: string[] = [];
  let clipboard = "";
  let fails = false;
  const write = agentWrite("POST", "/keys", { name: "new" });

  const keep = createSecretKeeper({
    secrets: {
      async store(_account, { hash }) {
        done.push(`hold ${hash}`);
        if (fails) throw new Error("no storage");
      },
      async discard(hash) {
        done.push(`discard ${hash}`);
      },
    },
    offer: async (_session, key) => void offered.push(key),
    askToCopy: (_session, { name }) => new Promise((answer) => unstored.push({ name, answer })),
    async copy(secret) {
      clipboard = secret;
    },
    log: { error: (text) => void errors.push(text) },
    errorText: String,
  });

  beforeEach(async () => {
    account = await startSampleAccount();
    session = createAgentSession(account);
    [done, offered, unstored, errors] = [[], [], [], []];
    [clipboard, fails] = ["", false];
  });
  afterEach(async () => {
    session.end();
    await account.close();
  });

  const isOffered = () => waitUntil(() => offered.length > 0, "the offer");

  it("stores the secret first, then offers it", async () => {
    const created = await createKey(session.client, { name: "new" });
    await keep(created, write, session);
    assert.deepEqual(done, [`hold ${created.hash}`]);
    await isOffered();
    assert.deepEqual([offered[0]?.hash, offered[0]?.name], [created.hash, "new"]);
    assert.equal(done.length, 1);
    assert.equal(clipboard, "");
  });

  it("stores the secret under the key's hash once that is found, if the response didn't contain it", async () => {
    const { key, hash } = await createKey(session.client, { name: "new" });
    await keep({ key, data: undefined, hash: undefined }, write, session);
    await isOffered();
    assert.match(done[0] ?? "", /^hold unidentified-/);
    assert.deepEqual(done.slice(1), [`hold ${hash}`, done[0]?.replace("hold", "discard")]);
    assert.equal(offered[0]?.hash, hash);
  });

  it("stores the secret even if the account was switched", async () => {
    const created = await createKey(session.client, { name: "new" });
    session.end();
    await keep({ ...created, data: undefined }, write, session);
    await isOffered();
    assert.deepEqual(done, [`hold ${created.hash}`]);
  });

  it("offers to copy the secret immediately if it can't be stored", async () => {
    fails = true;
    const created = await createKey(session.client, { name: "new" });
    await keep(created, write, session);
    await waitUntil(() => unstored.length > 0, "the question");
    assert.equal(unstored[0]?.name, "new");
    assert.deepEqual(errors, [`The secret of the key ${created.hash} couldn't be stored: Error: no storage`]);
    assert.equal(clipboard, "");
    unstored[0]?.answer(true);
    await sleep(20);
    assert.equal(clipboard, created.key);
    assert.deepEqual(offered, []);
  });

  it("copies the secret only if the user agrees", async () => {
    fails = true;
    await keep(await createKey(session.client, { name: "new" }), write, session);
    await waitUntil(() => unstored.length > 0, "the question");
    unstored[0]?.answer(false);
    await sleep(20);
    assert.equal(clipboard, "");
  });
});
