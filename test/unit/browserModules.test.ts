import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import * as browser from "../../src/browser/crypto.ts";
import { join } from "../../src/browser/path.ts";
import { setTimeout as sleep } from "../../src/browser/timersPromises.ts";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";

describe("what the web bundle has in place of Node's modules", () => {
  it("hashes every text as Node does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (first, second) => {
        const expected = createHash("sha256").update(first).update(second).digest("hex");
        assert.equal(browser.createHash("sha256").update(first).update(second).digest("hex"), expected);
      }),
    );
  });

  it("derives the same account id as on a computer", () => {
    const key = `sk-or-v1-${randomBytes(32).toString("hex")}`;
    const hash = browser.createHash("sha256").update(`openrouter-admin:account:${key}`).digest("hex");
    assert.equal(hash.slice(0, 16), getAccountId(key));
  });

  it("creates random ids", () => {
    assert.match(browser.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(browser.randomUUID(), browser.randomUUID());
  });

  it("resolves a timer with its value", async () => {
    assert.equal(await sleep(1, "done"), "done");
    assert.equal(await sleep(1), undefined);
  });

  it("joins paths", () => assert.equal(join("/User/globalStorage", "held"), "/User/globalStorage/held"));
});
