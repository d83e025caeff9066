import { findSecrets } from "../../leaks/detect/findSecrets.ts";
import { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import { oneLine } from "../../openrouter/text/printable.ts";
import { redact } from "../../openrouter/text/redact.ts";
import { safeLabel } from "../platform/safeLabel.ts";

/** The longest name that is shown; of a longer path, the end says most. */
const MAX_NAME = 200;
/** Of a longer name, only the end is looked at. */
const MAX_SEARCHED = 10_000;

/**
 * Makes a name that others chose, such as a path or an author, fit to be shown: on one line, not too long, and without secrets,
 * in whatever form.
 */
export function shownName(name: string): string {
  const masked = safeLabel(oneLine(name.slice(-MAX_SEARCHED), (text) => redact(maskSecrets(text))));
  return masked.length > MAX_NAME ? `…${masked.slice(-MAX_NAME).replace(/^[\udc00-\udfff]/, "")}` : masked;
}

/** True if a name can be shown as it is. */
export const isShownWhole = (name: string): boolean => shownName(name) === name;

function maskSecrets(text: string): string {
  let [masked, at] = ["", 0];
  for (const { secret, start, end } of findSecrets(text).sort((a, b) => a.start - b.start)) {
    if (start >= at) masked += text.slice(at, start) + new MaskedSecret(secret).label;
    at = Math.max(at, end);
  }
  return masked + text.slice(at);
}
