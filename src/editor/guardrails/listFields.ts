/** The list fields of a guardrail that have a quick pick of their own. */
export const listFields = ["allowed_providers", "ignored_providers", "allowed_models", "ignored_models"] as const;
export type ListField = (typeof listFields)[number];
