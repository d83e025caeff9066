// Why a window sends nothing of what an agent asks for: for the agent. Pure.

export const refusals = ["person", "late", "gone", "switched", "off", "missing", "malformed", "failed"] as const;
export type Refusal = (typeof refusals)[number];

export const refusalMessages: Record<Refusal, string> = {
  person: "The person refused it in VS Code. Do not ask for it again unless they want it.",
  late: "Nobody answered the question in VS Code within two minutes. Call it again once the person is there.",
  gone: "Whoever asked was gone before it was decided.",
  switched:
    "The account in use in VS Code was switched before it was decided. Call it again for the one that is in use now.",
  off: "Write tools were turned off in VS Code meanwhile (setting openrouterAdmin.allowWriteTools). Do not ask for it again unless they are on.",
  missing: "OpenRouter has no key or guardrail with this hash or id.",
  malformed: "VS Code cannot show the person what this request would change.",
  failed: "VS Code could not ask the person about it. Its log says why.",
};
