import assert from "node:assert/strict";
import { uptime } from "node:os";
import { isOwnedElsewhere, ownerStamp } from "../../src/editor/rotation/journal/owner.ts";
import { Rotation } from "../../src/openrouter/rotation/record.ts";

describe("owner of a rotation", () => {
  /** A process that runs, and is not this one. */
  const pid = process.ppid;
  const beforeBoot = (minutes: number) => new Date(Date.now() - uptime() * 1000 - minutes * 60_000).toISOString();

  it("is another window only while its process runs", () => {
    assert.equal(isOwnedElsewhere({}), false);
    assert.equal(isOwnedElsewhere({ owner: ownerStamp() }), false);
    assert.equal(isOwnedElsewhere({ owner: { ...ownerStamp(), pid } }), true);
    assert.equal(isOwnedElsewhere({ owner: { pid: 2 ** 22 + 1 } }), false);
  });

  it("did not outlive a restart of the computer, whoever has its pid now", () => {
    assert.equal(isOwnedElsewhere({ owner: { pid, since: beforeBoot(2) } }), false);
    assert.equal(isOwnedElsewhere({ owner: { pid, since: beforeBoot(0.5) } }), true, "the clock was set a little");
  });

  it("is read from records of earlier versions, too", () => {
    const { owner } = Rotation.shape;
    assert.deepEqual(owner.parse({ pid }), { pid });
    assert.equal(isOwnedElsewhere({ owner: { pid } }), true);
  });
});
