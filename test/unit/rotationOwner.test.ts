import assert from "node:assert/strict";
import { uptime } from "node:os";
import { isOwnedElsewhere, ownerStamp } from "../../src/editor/rotation/journal/owner.ts";
import { Rotation } from "../../src/openrouter/rotation/record.ts";

describe("isOwnedElsewhere", () => {
  /** Another process that is running. */
  const pid = process.ppid;
  const beforeBoot = (minutes: number) => new Date(Date.now() - uptime() * 1000 - minutes * 60_000).toISOString();

  it("is true only while the process of another window runs", () => {
    assert.equal(isOwnedElsewhere({}), false);
    assert.equal(isOwnedElsewhere({ owner: ownerStamp() }), false);
    assert.equal(isOwnedElsewhere({ owner: { ...ownerStamp(), pid } }), true);
    assert.equal(isOwnedElsewhere({ owner: { pid: 2 ** 22 + 1 } }), false);
  });

  it("is false after a restart of the computer, even if another process has the pid", () => {
    assert.equal(isOwnedElsewhere({ owner: { pid, since: beforeBoot(2) } }), false);
    assert.equal(
      isOwnedElsewhere({ owner: { pid, since: beforeBoot(0.5) } }),
      true,
      "allows for a small change of the clock",
    );
  });

  it("accepts records of earlier versions", () => {
    const { owner } = Rotation.shape;
    assert.deepEqual(owner.parse({ pid }), { pid });
    assert.equal(isOwnedElsewhere({ owner: { pid } }), true);
  });
});
