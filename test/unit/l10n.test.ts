import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { editorTexts, type SourceText } from "../support/editorTexts.ts";

const read = (path: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort();
const placeholders = (text: string) => (text.match(/\{\d+\}|\$\([\w-]+\)|\(command:[\w.]+\)/g) ?? []).sort();

const texts = editorTexts();
const translated = sorted(texts.filter((text) => text.translated).map(({ text }) => text));

/** Names, and the texts of exported files, that are not translated. */
const NAMES = new Set([
  "OpenRouter Admin",
  "Claude Code",
  "Claude Desktop",
  "Copilot CLI",
  "Gemini CLI",
  "Application Support",
  "sample account, invented data",
]);
/** Places whose texts only appear in logs or for developers. */
const FOR_DEVELOPERS = /^(((\w+\.)?log\.\w+|Error|Symbol|console\.\w+)\(\)|class:)$/;
/** Properties whose values VS Code displays. */
const SHOWN = /^(label|title|placeholder|prompt|detail|description|tooltip|message|ariaLabel|validationMessage):$/;

const isProse = ({ text }: SourceText) => /\p{L}{2,}[,.:;]? \p{L}/u.test(text) && !/^<(!doctype html>|svg )/.test(text);
const isShown = ({ text, context }: SourceText) => SHOWN.test(context) && /^\p{L}{2,}/u.test(text);

describe("strings", () => {
  it("exist in the sources", () => assert.ok(translated.length > 100, String(translated.length)));

  it("that users read go through l10n.t", () => {
    const untranslated = texts.filter(
      (text) =>
        !text.translated &&
        (isProse(text) || isShown(text) || text.context === "l10n.t without a literal") &&
        !NAMES.has(text.text) &&
        !FOR_DEVELOPERS.test(text.context),
    );
    assert.deepEqual(
      untranslated.map(({ file, line, text }) => `${file}:${line} ${text}`),
      [],
    );
  });

  for (const [name, english, german] of [
    ["in the sources", Object.fromEntries(translated.map((text) => [text, text])), read("l10n/bundle.l10n.de.json")],
    ["in package.json", read("package.nls.json"), read("package.nls.de.json")],
  ] as const) {
    it(`${name} all have a German translation, without unused ones`, () => {
      const missing = Object.keys(english).filter((key) => !(key in german));
      const unused = Object.keys(german).filter((key) => !(key in english));
      assert.deepEqual({ missing, unused }, { missing: [], unused: [] });
    });

    it(`${name} keep their placeholders, icons and links in German`, () => {
      for (const [key, text] of Object.entries(english))
        if (german[key] !== undefined) assert.deepEqual(placeholders(german[key]), placeholders(text), key);
    });

    it(`${name} are translated, not copied`, () => {
      const copied = Object.entries(english).filter(
        ([key, text]) => german[key] === text && isProse({ text } as SourceText) && !NAMES.has(text),
      );
      assert.deepEqual(copied, []);
    });
  }

  it("in the sources are sorted by the English text's code units", () => {
    const keys = Object.keys(read("l10n/bundle.l10n.de.json"));
    assert.equal(
      keys.find((key, i) => i > 0 && key < keys[i - 1]!),
      undefined,
    );
  });
});
