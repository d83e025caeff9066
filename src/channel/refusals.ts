// Why a window refused a write: messages for the agent. Pure.

export const refusals = ["person", "late", "gone", "switched", "off", "missing", "malformed", "failed"] as const;
export type Refusal = (typeof refusals)[number];

export const refusalMessages: Record<Refusal, string> = {
  person: "The user refused this change in VS Code. Don't try again unless they ask for it.",
  late: "The user didn't answer in VS Code within two minutes. Try again when they are available.",
  gone: "The client disconnected before the user decided.",
  switched:
    "The account in VS Code was switched or removed before the user decided. Call the tool again to use the current account, if there is one.",
  off: "Write tools were turned off in VS Code (setting openrouterAdmin.allowWriteTools). Don't try again unless they are turned on.",
  missing: "OpenRouter has no key or guardrail with this hash or id.",
  malformed: "VS Code can't show the user what this request would change.",
  failed: "VS Code couldn't ask the user. Check the OpenRouter Admin log in VS Code.",
};
