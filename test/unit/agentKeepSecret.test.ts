import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createSecretKeeper } from "../../src/editor/agents/keepSecret.ts";
import { createKey } from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { until } from "../support/agentPerson.ts";
import { agentSession, agentWrite } from "../support/agentSession.ts";

describe("the secret of a key that an agent created", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof agentSession>;
  /** What was done with secrets, in order. */
  let done: string[] = [];
  /** The keys whose secrets were offered. */
  let offered: { hash: string; name: string }[] = [];
  /** The keys whose secrets could not be kept, with the answer to the question. */
  let unkept: { name: string; answer(copies: boolean): void }[] = [];
  let errors: string[] = [];
  let clipboard = "";
  let fails = false;
  const write = agentWrite("POST", "/keys", { name: "new" });

  const keep = createSecretKeeper({
    secrets: {
      async hold(_account, { hash }) {
        done.push(`hold ${hash}`);
        if (fails) throw new Error("no storage");
      },
      async discard(hash) {
        done.push(`discard ${hash}`);
      },
    },
    offer: async (_session, key) => void offered.push(key),
    askToCopy: ({ name }) => new Promise((answer) => unkept.push({ name, answer })),
    async copy(secret) {
      clipboard = secret;
    },
    log: { error: (text) => void errors.push(text) },
    errorText: String,
  });

  beforeEach(async () => {
    account = await startSampleAccount();
    session = agentSession(account);
    [done, offered, unkept, errors] = [[], [], [], []];
    [clipboard, fails] = ["", false];
  });
  afterEach(async () => {
    session.end();
    await account.close();
  });

  const isOffered = () => until(() => offered.length > 0, "the offer");

  it("is kept first, then offered beside the agent's answer", async () => {
    const created = await createKey(session.client, { name: "new" });
    await keep(created, write, session);
    assert.deepEqual(done, [`hold ${created.hash}`]);
    await isOffered();
    assert.deepEqual([offered[0]?.hash, offered[0]?.name], [created.hash, "new"]);
    assert.equal(done.length, 1);
    assert.equal(clipboard, "");
  });

  it("is kept under the key's hash, once that is found where the answer did not say it", async () => {
    const { key, hash } = await createKey(session.client, { name: "new" });
    await keep({ key, data: undefined, hash: undefined }, write, session);
    await isOffered();
    assert.match(done[0] ?? "", /^hold unidentified-/);
    assert.deepEqual(done.slice(1), [`hold ${hash}`, done[0]?.replace("hold", "discard")]);
    assert.equal(offered[0]?.hash, hash);
  });

  it("is kept although the account was switched meanwhile", async () => {
    const created = await createKey(session.client, { name: "new" });
    session.end();
    await keep({ ...created, data: undefined }, write, session);
    await isOffered();
    assert.deepEqual(done, [`hold ${created.hash}`]);
  });

  it("goes to the person at once where it cannot be kept, and never to the agent", async () => {
    fails = true;
    const created = await createKey(session.client, { name: "new" });
    await keep(created, write, session);
    await until(() => unkept.length > 0, "the question");
    assert.equal(unkept[0]?.name, "new");
    assert.deepEqual(errors, [`The secret of the key ${created.hash} could not be kept: Error: no storage`]);
    assert.equal(clipboard, "");
    unkept[0]?.answer(true);
    await sleep(20);
    assert.equal(clipboard, created.key);
    assert.deepEqual(offered, []);
  });

  it("is copied only if the person wants it", async () => {
    fails = true;
    await keep(await createKey(session.client, { name: "new" }), write, session);
    await until(() => unkept.length > 0, "the question");
    unkept[0]?.answer(false);
    await sleep(20);
    assert.equal(clipboard, "");
  });
});
