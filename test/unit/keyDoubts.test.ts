import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { findDoubts, isTemplate, possibleKeys } from "../../src/editor/rotation/files/doubts.ts";

const BODY = createHash("sha256").update("a key").digest("hex");
const KEY = `sk-or-v1-${BODY}`;
const [HEAD, TAIL] = [BODY.slice(0, 3), BODY.slice(-4)];
const LABEL = `sk-or-v1-${HEAD}...${TAIL}`;
const HASH = createHash("sha256").update(KEY).digest("hex");
const like = (hidden: string) => `sk-or-v1-${HEAD}${hidden}${TAIL}`;
const OTHER = like(createHash("sha256").update("another").digest("hex").slice(0, 57));

const inFiles = (matches: string[], template = false) => matches.map((match) => ({ match, template }));
const doubts = (matches: string[], hash?: string, templates: string[] = []) =>
  Object.fromEntries(findDoubts([...inFiles(matches), ...inFiles(templates, true)], { label: LABEL, hash }));

describe("findDoubts", () => {
  it("doubts placeholders, also without the key beside them", () => {
    const placeholders = [
      ...["xxxxxxxxxxxxxxxx", "your-key-goes-here", "________", "-REDACTED-", "XXXXXXXX", "replace_me_please"],
      ...["x".repeat(57), "G".repeat(57)],
      BODY.slice(3, -4).toUpperCase(),
    ].map(like);
    for (const text of placeholders) {
      assert.deepEqual(doubts([text]), { [text]: "placeholder" }, text);
      assert.deepEqual(doubts([text, KEY, text]), { [text]: "placeholder" }, text);
      assert.deepEqual(doubts([text, KEY], HASH), { [text]: "placeholder" }, text);
    }
  });

  it("doubts digits that are hardly random, if others are", () => {
    for (const text of ["0".repeat(57), "f".repeat(57), "0123".repeat(15)].map(like)) {
      assert.deepEqual(doubts([text, KEY, text]), { [text]: "placeholder" });
      assert.deepEqual(doubts([text]), {});
    }
  });

  it("doubts what has another shape than the rest", () => {
    const short = like("9c8d7e6f5a3b9c8d");
    const long = like(`${BODY}${BODY}`);
    for (const text of [short, long]) {
      assert.deepEqual(doubts([text, KEY]), { [text]: "otherKey" });
      assert.deepEqual(doubts([KEY, text, text]), { [text]: "otherKey" });
    }
    assert.deepEqual(doubts([short, short, long]), { [long]: "otherKey" });
  });

  it("accepts none of several keys of the usual length, however often they are found", () => {
    for (const matches of [
      [KEY, OTHER],
      [KEY, OTHER, KEY],
    ])
      assert.deepEqual(doubts(matches), { [KEY]: "otherKey", [OTHER]: "otherKey" });
  });

  it("lets templates decide nothing, unless there are only templates", () => {
    assert.deepEqual(doubts([KEY], undefined, [OTHER, OTHER]), { [OTHER]: "otherKey" });
    assert.deepEqual(doubts([like("x".repeat(57))], undefined, [KEY]), { [like("x".repeat(57))]: "placeholder" });
    assert.deepEqual(doubts([], undefined, [KEY]), {});
    assert.deepEqual(doubts([OTHER], HASH, [KEY]), { [OTHER]: "otherKey" });
  });

  it("accepts the text that the hash confirms, whatever else is found", () => {
    assert.deepEqual(doubts([OTHER, OTHER, KEY], HASH), { [OTHER]: "otherKey" });
    assert.deepEqual(doubts([KEY], HASH), {});
    assert.deepEqual(doubts([KEY], "0".repeat(64)), {}, "a hash of another kind refutes nothing");
  });

  it("accepts keys that are not hexadecimal if the label isn't", () => {
    const text = "sk-or-v1-Abq9wWzzPq1LkW7sXyZ1";
    assert.deepEqual(findDoubts(inFiles([text]), { label: "sk-or-v1-Abq...XyZ1" }), new Map());
  });

  it("accepts every random key that is found alone", () => {
    const digits = fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(digits, (all) => {
        const body = createHash("sha256").update(all.join("")).digest("hex");
        const label = `sk-or-v1-${body.slice(0, 3)}...${body.slice(-4)}`;
        assert.equal(findDoubts(inFiles([`sk-or-v1-${body}`]), { label }).size, 0);
      }),
    );
  });
});

describe("possibleKeys", () => {
  const possible = (matches: string[], hash?: string) => [...possibleKeys(inFiles(matches), { label: LABEL, hash })];

  it("leaves out placeholders only, unless the hash confirms a text", () => {
    const placeholder = like("your-key-goes-here");
    assert.deepEqual(possible([KEY, OTHER, OTHER, placeholder]), [KEY, OTHER]);
    assert.deepEqual(possible([OTHER, KEY, placeholder], HASH), [KEY]);
    assert.deepEqual(possible([placeholder]), []);
  });
});

describe("isTemplate", () => {
  it("knows files that are examples for others", () => {
    for (const name of [
      ...[".env.example", ".env.sample", ".env.template", ".env.dist", ".env.local.example", "example.env", "env.tmpl"],
      ...[".env-example", ".env_sample", ".ENV.EXAMPLE", ".env.tpl", ".env.defaults", ".env.example.local", ".env.j2"],
    ])
      assert.ok(isTemplate(`/work/app/${name}`), name);
    for (const name of [".env", ".env.local", ".env.production", "prod.env", ".envrc", ".dev.vars", "distance.env"])
      assert.ok(!isTemplate(`/work/examples/${name}`), name);
  });
});
