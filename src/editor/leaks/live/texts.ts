import * as vscode from "vscode";
import type { SecretForm } from "../../../leaks/detect/findSecrets.ts";
import { getKeyStatus } from "../../../openrouter/keys/keyStatus.ts";
import { MaskedSecret } from "../../../openrouter/text/maskedSecret.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import { describeKey } from "../../data/describeKey.ts";
import { statusText } from "../../keys/keyText.ts";
import { joinFirst, quoted } from "../../platform/quoted.ts";
import { shownName } from "../shownName.ts";
import type { Identity } from "./identity.ts";

/** Shows a secret as the API's labels do: `sk-or-v1-0e6...1c96`. */
export const maskedSecret = (secret: string) => new MaskedSecret(secret).label;

/** What the Problems view says about a secret. Never contains it, also if the account's names do. */
export function problemText(
  { secret, form, isIgnored }: { secret: string; form: SecretForm; isIgnored: boolean },
  identity: Identity,
): string {
  const t = vscode.l10n.t;
  const label = maskedSecret(secret);
  if (identity.kind === "management")
    return redact(
      t(
        "Management key found: {0} of the account {1}. Whoever has it controls all keys.",
        label,
        quoted(identity.account),
      ),
    );
  const known = knownText(identity);
  const first = t("OpenRouter key found: {0}.", known ?? label);
  return redact([first, formText(form), isIgnored && t("Git ignores this file.")].filter(Boolean).join(" "));
}

function knownText(identity: Identity): string | undefined {
  const t = vscode.l10n.t;
  if (identity.kind === "one") {
    const { key, session } = identity;
    return [describeKey(session, key), statusText(getKeyStatus(key))].join(", ");
  }
  if (identity.kind !== "several") return undefined;
  return t("one of {0}", joinFirst(identity.keys.map((key) => describeKey(identity.session, key))));
}

function formText(form: SecretForm): string | undefined {
  const t = vscode.l10n.t;
  const texts: Record<SecretForm, string | undefined> = {
    plain: undefined,
    split: t("It is split into parts."),
    escaped: t("It is written with escapes."),
    base64: t("It is base64-encoded, which protects nothing."),
    hex: t("It is written as numbers of its bytes."),
  };
  return texts[form];
}

/** Names a file as the user knows it. */
export const fileName = (uri: vscode.Uri) =>
  uri.scheme === "untitled" ? shownName(uri.path) : shownName(vscode.workspace.asRelativePath(uri));
