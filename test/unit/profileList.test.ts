import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_NAME_LENGTH, nameProblem, usableName } from "../../src/editor/account/accountNames.ts";
import { completeChanges } from "../../src/editor/account/importOlder.ts";
import { nextColor, withCurrent, withoutProfile, withProfile } from "../../src/editor/account/profileEdits.ts";
import {
  accountInUse,
  EMPTY_LIST,
  ENVIRONMENT_ID,
  type ProfileList,
  parseList,
  SAMPLE_ID,
  usableProfiles,
} from "../../src/editor/account/profileList.ts";

const profile = (id: string, name = id) => ({ id, name });
const list = (...ids: string[]) => ids.reduce((all, id) => withProfile(all, profile(id)), EMPTY_LIST);

describe("names of accounts", () => {
  const others = [profile("a", "Work"), profile("b", "Straße")];

  it("are unique, whatever their case or form", () => {
    for (const name of ["Work", "work", " WORK ", "Ｗｏｒｋ", "STRASSE".replace("SS", "ß")])
      assert.equal(nameProblem(name, others), "taken", name);
    assert.equal(nameProblem("Work 2", others), undefined);
  });

  it("are printable and not too long", () => {
    for (const name of ["", "  ", "\t"]) assert.equal(nameProblem(name, []), "empty", JSON.stringify(name));
    for (const name of ["a\u202eb", "a\u200bb", "a\nb", "\u001b[31mred", "\u2800".replace("\u2800", "\u3164")])
      assert.equal(nameProblem(name, []), "unprintable", JSON.stringify(name));
    assert.equal(nameProblem("x".repeat(MAX_NAME_LENGTH), []), undefined);
    assert.equal(nameProblem("x".repeat(MAX_NAME_LENGTH + 1), []), "long");
    assert.equal(nameProblem("💰".repeat(MAX_NAME_LENGTH), []), undefined);
  });

  it("are not those of the sample account and the environment's", () => {
    for (const name of ["Sample", "SAMPLE", "sample ", "openrouter_provisioning_key"])
      assert.equal(nameProblem(name, []), "reserved", name);
  });

  it("can be made of any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 90 }),
        fc.array(fc.string({ maxLength: 4 })),
        (text, names) => {
          const taken = names.map((name, index) => profile(String(index), name));
          assert.equal(nameProblem(usableName(text, taken), taken), undefined);
        },
      ),
    );
    assert.equal(usableName("work", others), "work 2");
    assert.equal(usableName("\u202e", []), "OpenRouter");
    assert.equal([...usableName("x".repeat(80), [profile("a", "x".repeat(60))])].length, MAX_NAME_LENGTH);
  });
});

describe("the account in use", () => {
  const env = { hasEnvironment: true, prefersSample: false };
  const none = { hasEnvironment: false, prefersSample: false };

  it("is the chosen one, if this window has it", () => {
    const chosen = (choice: string | undefined) => ({ ...list("a", "b"), current: choice });
    assert.equal(accountInUse(chosen("b"), none), "b");
    assert.equal(accountInUse(chosen(SAMPLE_ID), none), SAMPLE_ID);
    assert.equal(accountInUse(chosen(ENVIRONMENT_ID), env), ENVIRONMENT_ID);
    assert.equal(accountInUse(chosen(ENVIRONMENT_ID), none), "a");
    assert.equal(accountInUse(chosen("gone"), env), "a");
  });

  it("is the one chosen before, in a window without the environment variable", () => {
    const chosen = withCurrent(withCurrent(list("a", "b"), "b"), ENVIRONMENT_ID);
    assert.equal(accountInUse(chosen, env), ENVIRONMENT_ID);
    assert.equal(accountInUse(chosen, none), "b");
    assert.equal(accountInUse(withoutProfile(chosen, "b"), none), "a");
  });

  it("is by default a stored one, then the environment's, then the sample account if it was chosen", () => {
    assert.equal(accountInUse(list("a"), env), "a");
    assert.equal(accountInUse(EMPTY_LIST, { ...env, prefersSample: true }), ENVIRONMENT_ID);
    assert.equal(accountInUse(EMPTY_LIST, { ...none, prefersSample: true }), SAMPLE_ID);
    assert.equal(accountInUse(EMPTY_LIST, none), undefined);
  });

  it("is never one whose key is not completely stored", () => {
    const adding: ProfileList = { ...withProfile(EMPTY_LIST, { ...profile("a"), state: "adding" }), current: "a" };
    assert.equal(accountInUse(adding, none), undefined);
  });

  it("is never the sample account after a removal", () => {
    const onSample = withCurrent(withCurrent(withCurrent(list("a", "b"), "a"), SAMPLE_ID), "a");
    assert.equal(withoutProfile(onSample, "a").current, undefined);
    const other = withoutProfile(withCurrent(withCurrent(list("a", "b"), "a"), SAMPLE_ID), "a");
    assert.deepEqual([other.current, other.previous], [SAMPLE_ID, undefined]);
  });
});

describe("the list of accounts", () => {
  it("keeps an account in a state that only a later version knows, though it can't be used", () => {
    const later = { ...profile("later"), state: "moving" } as never;
    const all = { ...EMPTY_LIST, profiles: [profile("a"), later] };
    assert.deepEqual(completeChanges(all, new Set()).profiles, [profile("a"), later]);
    assert.deepEqual(usableProfiles(all), [profile("a")]);
  });

  it("gives each account the color that the fewest have", () => {
    let all = EMPTY_LIST;
    for (let index = 0; index < 7; index += 1)
      all = withProfile(all, { ...profile(String(index)), color: nextColor(all.profiles) });
    assert.equal(new Set(all.profiles.slice(0, 6).map(({ color }) => color)).size, 6);
    assert.equal(all.profiles[6]?.color, all.profiles[0]?.color);
  });

  it("survives being stored", () => {
    const stored = withCurrent(withCurrent(list("a", "b"), "b"), "a");
    assert.deepEqual(parseList(JSON.stringify(stored)), stored);
  });
});
