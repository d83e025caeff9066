import assert from "node:assert/strict";
import { matchAccount, rotationsOfAccount } from "../../src/editor/rotation/accountRecords.ts";
import type { Key } from "../../src/openrouter/index.ts";
import type { Rotation } from "../../src/openrouter/rotation/index.ts";

const key = (hash: string, workspace_id?: string) => ({ hash, workspace_id }) as Key;
const record = (account?: string, workspace_id?: string) =>
  ({ account, old: { hash: "old", workspace_id }, new: { hash: "new" } }) as Rotation;

describe("rotationsOfAccount and matchAccount", () => {
  const accounts = { current: "a", all: new Set(["a", "b"]) };
  const snapshot = (keys: Key[], odd: { complete?: boolean; unreadable?: true } = {}) => ({
    value: { keys, workspaces: [], unreadable: odd.unreadable && { count: 1, of: 2, field: "name" } },
    readAt: new Date(),
    begunAt: new Date(),
    complete: odd.complete ?? true,
  });
  const shown = (one: Rotation, keys?: ReturnType<typeof snapshot>, of = accounts) =>
    rotationsOfAccount([one], of, keys).length === 1;

  it("include those that name the account", () => {
    assert.equal(matchAccount("a", accounts), "current");
    assert.ok(shown(record("a")), "before its keys are read");
    assert.ok(shown(record("a"), snapshot([], { complete: false })));
    assert.ok(shown(record("a"), snapshot([], { unreadable: true })), "a key that could not be read may still exist");
    assert.ok(shown(record("a"), snapshot([key("old")])));
    assert.ok(
      shown(record("a", "w"), snapshot([key("other", "w")])),
      "the workspace identifies the account, although the keys were deleted",
    );
    assert.ok(!shown(record("a"), snapshot([key("other")])), "no step is possible");
  });

  it("exclude those that name another account, unless one of their keys is in this one", () => {
    assert.equal(matchAccount("b", accounts), "other");
    assert.ok(!shown(record("b")));
    assert.ok(!shown(record("b"), snapshot([key("other")])));
    assert.ok(!shown(record("b", "w"), snapshot([key("other", "w")])), "a workspace doesn't prove it");
    assert.ok(shown(record("b"), snapshot([key("old")])));
    assert.ok(shown(record("b"), snapshot([key("new")])));
  });

  it("include those that name no account or a removed one, if the account has their keys", () => {
    for (const account of [undefined, "gone"]) {
      assert.equal(matchAccount(account, accounts), "unknown");
      assert.ok(!shown(record(account)));
      assert.ok(!shown(record(account), snapshot([key("other")])));
      assert.ok(shown(record(account), snapshot([key("new")])));
      assert.ok(shown(record(account, "w"), snapshot([key("other", "w")])));
    }
  });

  it("exclude those that name another account until the list of accounts has been read", () => {
    const unread = { current: "a", all: undefined };
    assert.equal(matchAccount("gone", unread), "other");
    assert.equal(matchAccount(undefined, unread), "unknown");
    assert.equal(matchAccount("a", unread), "current");
  });
});
