import assert from "node:assert/strict";
import { type RuleId, ruleIds } from "../../src/openrouter/safety/policy.ts";
import { figureText, ruleTitles } from "../../src/openrouter/safety/ruleTexts.ts";
import { editorTexts } from "../support/editorTexts.ts";
import { makeKey } from "../support/makeKey.ts";

/** Rules whose figure the view shows as an amount or a date in the user's language, or says in more words. */
const OWN_FIGURES: readonly RuleId[] = ["limit-above", "near-limit", "limit-reached", "same-name"];

describe("the words of Key Safety", () => {
  const translated = new Set(
    editorTexts()
      .filter((text) => text.translated && text.file.endsWith("editor/safety/text.ts"))
      .map(({ text }) => text),
  );

  for (const rule of ruleIds) {
    it(`${rule}: the view and the exports have the same title and figure`, () => {
      assert.ok(translated.has(ruleTitles[rule]), ruleTitles[rule]);
      if (OWN_FIGURES.includes(rule)) return;
      const key = makeKey({});
      for (const [days, template] of [
        [1, (text: string) => text],
        [7, (text: string) => text.replace("7", "{0}")],
      ] as const) {
        const text = template(figureText({ rule, key, figure: { days } }));
        assert.ok(text === "" || translated.has(text), text);
      }
    });
  }
});
