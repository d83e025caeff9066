// Follows a skill as a model would, so that tests see what a harness gives to a model: the text or its path, and the tools.

export interface Message {
  text: string;
  /** The results of tools that the message contains, in order. */
  results: readonly string[];
}

export type Move = { tool: string; args: Record<string, unknown> } | { text: string };

/** A word in the question with which the model follows the skill. After it come values for placeholders, such as `HASH=…`. */
export const FOLLOW = "follow-the-skill";

/** Returns the texts at the beginning and end of the answer to the question with `ID=…`. */
export const skillMarks = (id: number) => ({ begin: `Skill ${id} begins.`, end: `Skill ${id} ends.` });

/**
 * Makes the calls of the skill in its order, up to the first write and the first one whose values are unknown; there a model
 * asks the user. Leaves out calls of the group `extra` that are not offered. Then answers with all results. If there is only
 * the skill's path, reads the file first.
 * @returns undefined if the last question is another one
 */
export function followSkill(conversation: readonly Message[], tools: readonly string[]): Move | undefined {
  const asked = conversation.findLastIndex(({ text }) => text.includes(FOLLOW));
  if (asked < 0) return undefined;
  const messages = conversation.slice(asked);
  const results = messages.flatMap((message) => message.results);
  const text = [...messages.map((message) => message.text), ...results].join("\n");
  const values = new Map([...text.matchAll(/\b([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  const { begin, end } = skillMarks(Number(values.get("ID")));
  const answer = (said: string) => ({ text: `${begin}\n${said}\n${end}` });
  const calls = [...text.matchAll(/`(or_\w+) (\{.*?\})`( \(write tool\))?( \(group extra\))?/g)];
  if (calls.length === 0)
    return results.length === 0 ? readSkill(text, tools) : answer(`No steps in: ${results.join("\n")}`);

  const possible: { name: string; args: Record<string, unknown> }[] = [];
  for (const [, name = "", json = "", writes, isExtra] of calls) {
    if (isExtra && !tools.some((tool) => tool.endsWith(name))) continue;
    const args = JSON.parse(json, (_, value) => values.get(value) ?? value);
    if (writes || Object.values(args).some((value) => /^[A-Z][A-Z_-]+$/.test(String(value)))) break;
    possible.push({ name, args });
  }
  const ours = results.filter((result) => !/`or_\w+ \{/.test(result));
  const next = possible[ours.length];
  if (!next) return answer(ours.join("\n"));
  const tool = tools.find((candidate) => candidate.endsWith(next.name));
  return tool ? { tool, args: next.args } : answer(`No ${next.name} among ${tools.join(", ")}`);
}

/** Reads the file whose path the harness gives: the extension's file or a copy of it. */
function readSkill(text: string, tools: readonly string[]): Move {
  const path = /[^\s"'`()<>[\]]*\/(media\/skills\/[\w-]+\/|prompt_)SKILL\.md/.exec(text)?.[0];
  const tool = tools.find((name) => /^(copilot_)?(read_?file|view)$/i.test(name));
  if (!path || !tool) return { text: `No skill in: ${text.slice(-3_000)}\nTools: ${tools.join(", ")}` };
  const file = path.replace(/^file:\/\//, "");
  return { tool, args: tool === "view" ? { path: file } : { filePath: file, startLine: 1, endLine: 200 } };
}
