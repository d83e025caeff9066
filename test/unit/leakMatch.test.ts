import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { createFacts, sortLeaks, sortPlaces } from "../../src/editor/leaks/facts.ts";
import { createFilter } from "../../src/editor/leaks/falseAlarms.ts";
import type { Leak } from "../../src/editor/leaks/leak.ts";
import { maskText } from "../../src/editor/leaks/maskText.ts";
import { candidatesOf, createMatcher, narrow } from "../../src/editor/leaks/match.ts";
import { isShownWhole, shownName } from "../../src/editor/leaks/shownName.ts";
import { findSecrets } from "../../src/leaks/detect/findSecrets.ts";
import type { LeakPlace } from "../../src/leaks/model.ts";
import type { FoundKey } from "../../src/openrouter/endpoints/foundKey.ts";
import type { Key } from "../../src/openrouter/index.ts";
import { MaskedSecret } from "../../src/openrouter/text/maskedSecret.ts";
import { makeKey } from "../support/makeKey.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

const labelOf = (secret: string) => `${secret.slice(0, 12)}...${secret.slice(-4)}`;
const keyOf = (secret: string, given: Partial<Key> = {}) =>
  makeKey({ hash: secret.slice(20), label: labelOf(secret), ...given });
const commit = (given: Partial<LeakPlace & { kind: "commit" }> = {}): LeakPlace => ({
  ...{ line: 1, column: 1, endLine: 1, endColumn: 2, form: "plain", kind: "commit" },
  ...{ repository: "/r", commit: "c", path: "a", author: "Ana", date: "2026-11-01T10:00:00Z" },
  ...{ isPushed: false, from: "branch" },
  ...given,
});
const leakOf = (secret: string, given: Partial<Leak> = {}): Leak => ({
  ...{ id: secret.slice(9, 20), secret: new MaskedSecret(secret), places: [commit()] },
  ...given,
});
const snapshotOf = (keys: Key[], given: object = {}) => ({
  ...{ readAt: new Date(), begunAt: new Date(), complete: true },
  value: { keys, workspaces: [], ...given },
});

describe("a found secret", () => {
  it("is never printed, serialized or inspected as itself", () => {
    const secret = makeSecret();
    const masked = new MaskedSecret(secret);
    const printed = [
      ...[String(masked), `${masked}`, JSON.stringify({ masked }), inspect({ masked }), inspect(masked, { depth: 9 })],
      ...[
        `${new Error(`x ${masked}`).stack}`,
        Object.entries(masked).join(),
        JSON.stringify(structuredClone({ ...masked })),
      ],
    ];
    for (const text of printed) assert.ok(!text.includes(secret.slice(13, -5)), text);
    assert.equal(masked.label, labelOf(secret));
    assert.equal(masked.reveal(), secret);
  });

  it("matches the keys whose label shows its digits, in whatever form the label has", () => {
    const secret = makeSecret();
    const body = secret.slice(9);
    const labels: [string, boolean][] = [
      [labelOf(secret), true],
      [`sk-or-v1-${body.slice(0, 4)}…${body.slice(-6)}`, true],
      [`sk-or-v1-${body.slice(0, 5)}***${body.slice(-3)}`, true],
      [labelOf(makeSecret()), false],
      [`sk-or-v1-${body.slice(0, 3)}...${body.slice(-5, -1)}`, false],
      ["", false],
      ["sk-or-v1-...", false],
      [`sk-or-v1-${body.slice(0, 2)}...`, false],
    ];
    for (const [label, expected] of labels)
      assert.equal(createMatcher([keyOf(secret, { label })])(secret).length, Number(expected), label.slice(0, 20));
  });

  it("matches every key with its label, and only those", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 20 }), (own) => {
        const secret = makeSecret();
        const keys = own.map((isOwn, i) => keyOf(isOwn ? secret : makeSecret(), { hash: String(i) }));
        const found = createMatcher(keys)(secret).map(({ hash }) => hash);
        assert.deepEqual(
          found,
          keys.filter((_, i) => own[i]).map(({ hash }) => hash),
        );
      }),
    );
  });

  it("is only a key of its label whose settings OpenRouter reports", () => {
    const secret = makeSecret();
    const at = new Date("2026-11-20T12:00:00Z");
    const [before, after] = [new Date(at.getTime() - 1000), new Date(at.getTime() + 1000)];
    const a = keyOf(secret, { hash: "a", limit: 5, workspace_id: "w1", usage: 3 });
    const b = keyOf(secret, { hash: "b", limit: null, workspace_id: "w1", usage: 1 });
    const c = keyOf(secret, { hash: "c", limit: null, workspace_id: "w2", usage: 1 });
    const hashes = (key: FoundKey | undefined, readAt = before) =>
      narrow([a, b, c], { kind: "accepted", key, at }, readAt).map(({ hash }) => hash);
    assert.deepEqual(hashes({ limit: 5 }), ["a"]);
    assert.deepEqual(hashes({ limit: null }), ["b", "c"]);
    assert.deepEqual(hashes({ limit: null, workspace_id: "w2" }), ["c"]);
    assert.deepEqual(hashes({ usage: 2 }), ["b", "c"], "usage never falls");
    assert.deepEqual(hashes({ usage: 2 }, after), ["a"], "usage never falls");
    assert.deepEqual(hashes({ usage: 9 }, after), ["a", "b", "c"], "counters may be behind");
    assert.deepEqual(hashes({}), ["a", "b", "c"]);
    assert.deepEqual(hashes({ workspace_id: "elsewhere" }), []);
    assert.deepEqual(hashes(undefined), ["a", "b", "c"]);
    assert.deepEqual(narrow([a, b], undefined), [a, b]);
  });

  it("is no key that OpenRouter's answer contradicts, though it is the only one with its label", () => {
    const secret = makeSecret();
    const at = new Date("2026-11-20T12:00:00Z");
    const own = { limit: 5, workspace_id: "w1" };
    const rejected = { kind: "rejected", at } as const;
    const accepted = (key: FoundKey) => ({ kind: "accepted", key, at }) as const;
    const cases: [Partial<Key>, Parameters<typeof narrow>[1], "one" | "none"][] = [
      [{}, rejected, "none"],
      [{ disabled: true }, rejected, "one"],
      [{ expires_at: "2026-11-19T00:00:00Z" }, rejected, "one"],
      [{ disabled: true }, accepted({}), "one"],
      [{ expires_at: "2026-11-19T00:00:00Z" }, accepted({}), "one"],
      [{}, accepted({ workspace_id: "w1", limit: 5 }), "one"],
      [{}, accepted({ workspace_id: "w2", limit: 5 }), "none"],
      [{}, accepted({ limit: 99 }), "one"],
      // It was changed after the answer.
      [{ disabled: true, updated_at: "2026-11-20T12:05:00Z" }, accepted({}), "one"],
      [{ limit: 1, updated_at: "2026-11-20T12:05:00Z" }, accepted({ limit: 5 }), "one"],
    ];
    for (const [given, answer, expected] of cases) {
      const { match } = createFacts(snapshotOf([keyOf(secret, { ...own, ...given })]))(leakOf(secret, { answer }));
      assert.equal(match.kind, expected, JSON.stringify([given, answer]));
      const candidates = candidatesOf(match);
      assert.equal(candidates?.length, expected === "one" ? 1 : 0, "no other key is offered for a cure");
    }
    const twins = snapshotOf([keyOf(secret), keyOf(secret, { hash: "2", disabled: true })]);
    const stateOf = (answer: Leak["answer"]) => createFacts(twins)(leakOf(secret, { answer })).state;
    assert.deepEqual([stateOf(rejected), stateOf(accepted({}))], ["disabled", "accepted"]);
  });
});

describe("what is known about a leak", () => {
  const secret = makeSecret();

  it("says whether one key, several, none or an unknown number match", () => {
    const kind = (keys: Parameters<typeof createFacts>[0]) => createFacts(keys)(leakOf(secret)).match;
    assert.equal(kind(undefined).kind, "unknown");
    assert.equal(kind(snapshotOf([])).kind, "none");
    assert.equal(kind(snapshotOf([keyOf(secret)])).kind, "one");
    assert.equal(kind(snapshotOf([keyOf(secret), keyOf(secret, { hash: "2" })])).kind, "several");
    const partial = { kind: "none", isPartial: true };
    assert.deepEqual(kind({ ...snapshotOf([]), complete: false }), partial);
    assert.deepEqual(kind(snapshotOf([], { unreadable: { count: 1, of: 2, field: "x" } })), partial);
    assert.deepEqual(kind(snapshotOf([], { workspaces: undefined })), partial);
    assert.deepEqual(kind(snapshotOf([], { expiredMayBeMissing: true })), partial);
  });

  it("takes the state from the list, and from OpenRouter's answer where the list says nothing worse", () => {
    const at = new Date();
    const accepted = { kind: "accepted", key: {}, at } as const;
    const rejected = { kind: "rejected", at } as const;
    const past = "2020-01-01T00:00:00Z";
    const cases: [Partial<Key> | undefined, Leak["answer"], string][] = [
      [{}, undefined, "active"],
      [{}, accepted, "accepted"],
      [{}, rejected, "rejected"],
      [{ disabled: true }, undefined, "disabled"],
      [{ disabled: true }, accepted, "disabled"],
      [{ disabled: true, updated_at: at.toISOString() }, accepted, "disabled"],
      [{ expires_at: past }, undefined, "expired"],
      [undefined, undefined, "unknown"],
      [undefined, accepted, "accepted"],
      [undefined, rejected, "rejected"],
    ];
    for (const [key, answer, expected] of cases) {
      const facts = createFacts(snapshotOf(key ? [keyOf(secret, key)] : []))(leakOf(secret, { answer }));
      assert.equal(facts.state, expected, JSON.stringify([key, answer]));
    }
  });

  it("never takes a management key for one of the listed keys", () => {
    const facts = createFacts(snapshotOf([keyOf(secret)]));
    const answer = { kind: "accepted", key: { is_management_key: true }, at: new Date() } as const;
    for (const given of [{ answer }, { managementOf: { name: "Work", source: "stored" } as const }]) {
      const { match, isManagement } = facts(leakOf(secret, given));
      assert.deepEqual([match.kind, isManagement], ["none", true]);
    }
  });

  it("says pushed if any commit is, unknown if that can't be told, and when it was first committed", () => {
    const pushed = (...all: (boolean | undefined)[]) =>
      createFacts(undefined)(leakOf(secret, { places: all.map((isPushed) => commit({ isPushed })) })).isPushed;
    assert.equal(pushed(false, true, undefined), true);
    assert.equal(pushed(false, undefined), undefined);
    assert.equal(pushed(false), false);
    const dates = ["2026-11-03T00:00:00Z", "2026-11-02T00:00:00+02:00", "not a date"];
    const { firstCommit } = createFacts(undefined)(leakOf(secret, { places: dates.map((date) => commit({ date })) }));
    assert.equal(firstCommit?.toISOString(), "2026-11-01T22:00:00.000Z");
  });

  it("puts management keys first, then keys that may work, pushed ones before others", () => {
    const [a, b, c, d] = [makeSecret(), makeSecret(), makeSecret(), makeSecret()];
    const leaks = [
      leakOf(a, { answer: { kind: "rejected", at: new Date() }, places: [commit({ isPushed: true })] }),
      leakOf(b),
      leakOf(c, { places: [commit({ isPushed: true })] }),
      leakOf(d, { managementOf: { name: "Work", source: "stored" } }),
    ];
    const sorted = sortLeaks(leaks, createFacts(undefined)).map((leak) => leak.secret.reveal());
    assert.deepEqual(
      sorted.map((secret) => [d, c, b, a].indexOf(secret)),
      [0, 1, 2, 3],
    );
  });
});

describe("false alarms", () => {
  it("are asked for once for each secret and folder, also where a comment allows it, and never include a management key", () => {
    const secret = makeSecret();
    let asked = 0;
    const filter = createFilter({
      folderOf: (place) => (place.kind === "file" ? place.path[1] : undefined),
      isFalseAlarm(_, place) {
        asked++;
        return place.kind === "file" && place.path.startsWith("/a");
      },
    });
    const at = { line: 1, column: 1, endLine: 1, endColumn: 2, form: "plain", kind: "file" } as const;
    const places = ["/a/1", "/a/2", "/b/1", "/a/3", "/b/2"].map((path): LeakPlace => ({ ...at, path }));
    places.push({ ...at, path: "/b/3", isAllowed: true });
    const left = (given: Partial<Leak>) => filter(leakOf(secret, { places, ...given })).map(({ line }) => line).length;
    assert.equal(left({}), 2);
    assert.equal(asked, 2);
    assert.equal(left({ managementOf: { name: "Work", source: "stored" } }), 6);
    assert.equal(left({ answer: { kind: "accepted", key: { is_management_key: true }, at: new Date() } }), 6);
  });
});

describe("a name that others chose", () => {
  it("is shown without secrets, on one line and not longer than a row", () => {
    const secret = makeSecret();
    const base64 = Buffer.from(`token=${secret}`).toString("base64");
    for (const name of [
      `config/${secret}.json`,
      `${secret.toUpperCase()}`,
      `a/${base64}.txt`,
      `${secret.slice(0, 50)}`,
      `${"x".repeat(300)}${secret}`,
      `${secret}${"/x".repeat(5_000)}`,
    ]) {
      const shown = shownName(name);
      assert.ok(!shown.toLowerCase().includes(secret.slice(16, 40)) && !shown.includes(base64.slice(20, 60)), shown);
      assert.ok(shown.length <= 201 && !isShownWhole(name), shown);
    }
    assert.equal(shownName("Ana\nRuiz".repeat(20_000)).length, 201);
    for (const name of ["src/app.py", "Ana Ruiz", "ä ö/ü.txt"]) assert.ok(isShownWhole(name), name);
  });
});

describe("the places of a leak", () => {
  it("are in the same order, however they were found", () => {
    const at = { line: 1, column: 1, endLine: 1, endColumn: 2, form: "plain" } as const;
    const places: LeakPlace[] = [
      { ...at, kind: "file", path: "/w/.env" },
      { ...at, kind: "file", path: "/w/a.py", line: 2 },
      { ...at, kind: "file", path: "/w/a.py", line: 10 },
      { ...at, kind: "unsaved", uri: "untitled:Untitled-1" },
      { ...at, kind: "staged", repository: "/w", path: "a", blob: "b1" },
      commit({ date: "2026-11-01T10:00:00+02:00", path: "b" }),
      commit({ date: "2026-11-01T09:00:00Z", path: "a" }),
      commit({ date: "2026-11-01T09:00:00Z", path: "b" }),
      { ...at, kind: "blob", repository: "/w", blob: "abc", mayBeInCommit: false },
    ];
    const shuffled = fc.shuffledSubarray(places, { minLength: places.length });
    fc.assert(fc.property(shuffled, (one) => assert.deepEqual(sortPlaces(one), places)));
  });
});

describe("a masked text", () => {
  it("holds no secret in any form, and as many lines as before", async () => {
    const secret = makeSecret();
    const base64 = Buffer.from(`token=${secret}`).toString("base64");
    const half = `"${secret.slice(0, 40)}" +\n  "${secret.slice(40)}"`;
    const texts = [
      `A=${secret}`,
      `A=1\r\nB=${secret}\r\n`,
      `${secret}${" "}${secret}`,
      half,
      base64,
      encodeURIComponent(secret).replaceAll("-", "%2D"),
      `${secret.toUpperCase()}\n${base64}\n${half}\nend`,
    ];
    for (const text of texts) {
      const masked = await maskText(text);
      assert.deepEqual(findSecrets(masked), []);
      assert.ok(!masked.toLowerCase().includes(secret.slice(15, 40)));
      assert.equal(masked.split("\n").length, text.split("\n").length, JSON.stringify(masked));
      assert.ok(masked.includes(labelOf(secret)));
    }
  });

  it("of a long text shows what is around the place, and cuts no secret into a part that could be read", async function () {
    this.timeout(60_000);
    const [first, second] = [makeSecret(), makeSecret()];
    // The window begins and ends within secrets.
    const filler = "x".repeat(250_000 - 40);
    const text = `${"y".repeat(400_000)} ${first} ${filler} ${second} ${filler} ${first} ${"z".repeat(600_000)}`;
    const place = { line: 1, column: text.indexOf(second) + 1 };
    const masked = await maskText(text, place);
    assert.ok(masked.length < 600_000 && masked.includes(labelOf(second)), `${masked.length}`);
    for (const secret of [first, second])
      for (let at = 9; at + 16 <= secret.length; at++)
        assert.ok(!masked.includes(secret.slice(at, at + 16)), `a part of a secret is shown: ${at}`);
  });

  it("is the text itself if it has no secret", async () => {
    const lines = fc.string({ unit: fc.constantFrom(..."abc-\n =") });
    await fc.assert(fc.asyncProperty(lines, async (text) => assert.equal(await maskText(text), text)));
  });
});
