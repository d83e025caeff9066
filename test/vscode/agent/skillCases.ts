// What a model answers that follows each skill up to the point where it asks the user.
import assert from "node:assert/strict";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { FOLLOW, skillMarks } from "../extensions/scripted-model/followSkill.ts";
import { trueRemaining, trueYesterday } from "../truth/api.ts";

interface SkillCase {
  /** The slash command with values for the placeholders of the skill. */
  question: string;
  end: string;
  /** Texts that the answer contains in this order. */
  marks: (string | RegExp)[];
}

export async function skillCases(account: SampleAccount): Promise<SkillCase[]> {
  const [remaining, yesterday] = await Promise.all([trueRemaining(account), trueYesterday(account)]);
  const exact = (usd: number) => String(Number(usd.toFixed(6)));
  const keys = [...account.state.keys.values()];
  const key = keys.find(({ disabled }) => !disabled)!;
  const list = `${keys.length} keys (`;
  const details = new RegExp(`hash: ${key.hash}\\s+name: ${key.name}`);
  const cases: [skill: string, values: string, marks: SkillCase["marks"]][] = [
    [
      "openrouter-spend-review",
      "",
      [
        `remaining ${exact(remaining)}`,
        /Total usage [\d.]+ USD/,
        new RegExp(`${yesterday.date}\\s+${exact(yesterday.usage)}\\b`),
        "Source by key: ",
        /model\s+usage/,
      ],
    ],
    ["openrouter-new-key", "", [list, `${account.state.guardrails.size} guardrails in`]],
    ["openrouter-rotate-key", `OLD_HASH=${key.hash}`, [list, details, /keys and \d+ members are assigned to/]],
    ["openrouter-incident", `LABEL=${key.label}`, [details, list]],
    ["openrouter-key-safety", `HASH=${key.hash}`, [list, details, /Runs out first: /]],
  ];
  return cases.map(([skill, values, marks], i) => {
    const { begin, end } = skillMarks(i + 1);
    const question = `/${skill} ${FOLLOW} ID=${i + 1} ${values}`.trim();
    return { question, end, marks: [begin, ...marks, end] };
  });
}

export function assertInOrder(text: string, marks: readonly (string | RegExp)[]): void {
  let rest = text;
  for (const mark of marks) {
    const found = typeof mark === "string" ? mark : (mark.exec(rest)?.[0] ?? "(no match)");
    const at = rest.indexOf(found);
    assert.ok(at >= 0, `${mark} is not in the rest of the answer:\n${rest}`);
    rest = rest.slice(at + found.length);
  }
}
