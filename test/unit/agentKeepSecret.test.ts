import assert from "node:assert/strict";
import type { KeyRef } from "../../src/openrouter/rotation/types.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { agentSession, agentWrite } from "../support/agentSession.ts";

const { createKeeper } = await import("../../src/editor/agents/keepSecret.ts");
const { env, shown } = await import("../support/vscode/api.ts");
const { createKey } = await import("../../src/openrouter/index.ts");
type Services = Parameters<typeof createKeeper>[0];

describe("the secret of a key that an agent created", () => {
  let account: SampleAccount;
  let session: ReturnType<typeof agentSession>;
  /** What was done with secrets, in order. */
  let done: string[] = [];
  let fails = false;
  const write = agentWrite("POST", "/keys", { name: "new" });

  const services = {
    log: { error() {}, warn() {} },
    secrets: {
      async hold(_account: string, { hash }: KeyRef) {
        done.push(`hold ${hash}`);
        if (fails) throw new Error("no storage");
      },
      async discard(hash: string) {
        done.push(`discard ${hash}`);
      },
    },
  } as unknown as Services;
  const keep = createKeeper(services);

  beforeEach(async () => {
    account = await startSampleAccount();
    session = agentSession(account);
    shown.length = 0;
    [done, fails] = [[], false];
    env.clipboard.text = "";
  });
  afterEach(async () => {
    session.end();
    await account.close();
  });

  async function until(count: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (shown.length < count) {
      assert.ok(Date.now() < deadline, `${shown.length} of ${count} were shown`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it("is kept first, then offered beside the agent's answer", async () => {
    const created = await createKey(session.client, { name: "new" });
    await keep(created, write, session);
    assert.deepEqual(done, [`hold ${created.hash}`]);
    await until(1);
    assert.equal(shown[0]?.message, "An agent created the key “new”. Its secret is kept in VS Code.");
    assert.equal(shown[0]?.modal, false);
    assert.deepEqual(shown[0]?.buttons, ["Copy", "Replace in Files…"]);
    assert.equal(done.length, 1);
  });

  it("is kept under the key's hash, once that is found where the answer did not say it", async () => {
    const { key, hash } = await createKey(session.client, { name: "new" });
    await keep({ key, data: undefined, hash: undefined }, write, session);
    await until(1);
    assert.match(done[0] ?? "", /^hold unidentified-/);
    assert.deepEqual(done.slice(1), [`hold ${hash}`, done[0]?.replace("hold", "discard")]);
  });

  it("is kept although the account was switched meanwhile", async () => {
    const created = await createKey(session.client, { name: "new" });
    session.end();
    await keep({ ...created, data: undefined }, write, session);
    await until(1);
    assert.deepEqual(done, [`hold ${created.hash}`]);
  });

  it("goes to the person at once where it cannot be kept, and never to the agent", async () => {
    fails = true;
    const created = await createKey(session.client, { name: "new" });
    await keep(created, write, session);
    await until(1);
    assert.equal(shown[0]?.modal, true);
    assert.match(shown[0]?.message ?? "", /new was created, but its secret cannot be kept/);
    shown[0]?.answer("Copy");
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(env.clipboard.text, created.key);
  });
});
