import assert from "node:assert/strict";
import { matchAccount, rotationsOfAccount } from "../../src/editor/rotation/accountRecords.ts";
import type { Key } from "../../src/openrouter/index.ts";
import type { Rotation } from "../../src/openrouter/rotation/index.ts";

const key = (hash: string, workspace_id?: string) => ({ hash, workspace_id }) as Key;
const record = (account?: string, workspace_id?: string) =>
  ({ account, old: { hash: "old", workspace_id }, new: { hash: "new" } }) as Rotation;

describe("rotations of an account", () => {
  const accounts = { own: "a", known: new Set(["a", "b"]) };
  const reading = (keys: Key[], odd: { complete?: boolean; unreadable?: true } = {}) => ({
    value: { keys, workspaces: [], unreadable: odd.unreadable && { count: 1, of: 2, field: "name" } },
    readAt: new Date(),
    complete: odd.complete ?? true,
  });
  const shown = (one: Rotation, keys?: ReturnType<typeof reading>, of = accounts) =>
    rotationsOfAccount([one], of, keys).length === 1;

  it("are those that name it", () => {
    assert.equal(matchAccount("a", accounts), "own");
    assert.ok(shown(record("a")), "before its keys are read");
    assert.ok(shown(record("a"), reading([], { complete: false })));
    assert.ok(shown(record("a"), reading([], { unreadable: true })), "a key that could not be read is not gone");
    assert.ok(shown(record("a"), reading([key("old")])));
    assert.ok(shown(record("a", "w"), reading([key("other", "w")])), "the account is there, the keys are gone");
    assert.ok(!shown(record("a"), reading([key("other")])), "no step could be taken");
  });

  it("are none that name another account, unless that is the same one with another key", () => {
    assert.equal(matchAccount("b", accounts), "other");
    assert.ok(!shown(record("b")));
    assert.ok(!shown(record("b"), reading([key("other")])));
    assert.ok(!shown(record("b", "w"), reading([key("other", "w")])), "a workspace is no proof");
    assert.ok(shown(record("b"), reading([key("old")])));
    assert.ok(shown(record("b"), reading([key("new")])));
  });

  it("are those of no account, or of one that was removed, whose keys it has", () => {
    for (const account of [undefined, "gone"]) {
      assert.equal(matchAccount(account, accounts), "unknown");
      assert.ok(!shown(record(account)));
      assert.ok(!shown(record(account), reading([key("other")])));
      assert.ok(shown(record(account), reading([key("new")])));
      assert.ok(shown(record(account, "w"), reading([key("other", "w")])));
    }
  });

  it("are none of a named account until it is known which there are", () => {
    const unread = { own: "a", known: undefined };
    assert.equal(matchAccount("gone", unread), "other");
    assert.equal(matchAccount(undefined, unread), "unknown");
    assert.equal(matchAccount("a", unread), "own");
  });
});
