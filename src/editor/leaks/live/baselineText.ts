import * as vscode from "vscode";
import type { BaselineProblem } from "../../../leaks/baseline.ts";
import { safeLabel } from "../../platform/safeLabel.ts";

/** Says why a baseline is not used. */
export function baselineProblemText({ code, path }: BaselineProblem): string {
  const t = vscode.l10n.t;
  const property = safeLabel(path);
  const texts: Record<BaselineProblem["code"], string> = {
    notFile: t("It isn't a file."),
    tooLarge: t("This file is too large to be read."),
    syntax: t("This is not valid JSON. Comments are not allowed."),
    unknown: t("Unknown property: {0}.", property),
    missing: t("Missing property: {0}.", property),
    invalid: property ? t("Not a valid value of {0}.", property) : t("Not a list of false alarms."),
  };
  return `${texts[code]} ${t("Until this is corrected, none of its false alarms counts.")}`;
}
