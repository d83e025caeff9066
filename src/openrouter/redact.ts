const SECRET = /sk-or-[\w-]+/gi;
const REDACTED = "[redacted]";

/** Replaces every `sk-or-…` string, and the given secrets whatever they look like. The one place where text is made safe to show. */
export function redact(text: string, ...secrets: string[]): string {
  let safe = text;
  for (const secret of secrets) if (secret) safe = safe.replaceAll(secret, REDACTED);
  return safe.replace(SECRET, REDACTED);
}

/** A key's `label` without its `sk-or-v1-` prefix: `0e6...1c96` tells keys apart and is no secret. */
export function shortLabel(label: string): string {
  return label.replace(/^sk-or-(v\d+-)?/i, "");
}
