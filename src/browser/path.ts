// Replaces `node:path` in the web bundle.

export const join = (...parts: string[]): string => parts.join("/");
