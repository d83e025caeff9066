import * as vscode from "vscode";
import type { AccountColor } from "./profileList.ts";

/** The colors of VS Code's default themes, light and dark: quick picks don't draw icons in a theme's color. */
const hex: Record<AccountColor, [light: string, dark: string]> = {
  blue: ["#1a85ff", "#3794ff"],
  green: ["#388a34", "#89d185"],
  purple: ["#652d90", "#b180d7"],
  orange: ["#d18616", "#d18616"],
  red: ["#e51400", "#f14c4c"],
  yellow: ["#bf8803", "#cca700"],
};

/** Returns the id of the theme's color. */
export const themeColor = (color: AccountColor): string => `charts.${color}`;

/** Returns the colored disc of an account, for quick picks. */
export function accountIcon(color: AccountColor | undefined): vscode.IconPath {
  if (!color || !hex[color]) return new vscode.ThemeIcon("circle-large-outline");
  const [light, dark] = hex[color].map((fill) =>
    vscode.Uri.parse(
      `data:image/svg+xml;base64,${btoa(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5" fill="${fill}"/></svg>`,
      )}`,
    ),
  ) as [vscode.Uri, vscode.Uri];
  return { light, dark };
}

/** Returns the name of a color. */
export function colorName(color: AccountColor): string {
  const t = vscode.l10n.t;
  const names: Record<AccountColor, string> = {
    blue: t("Blue"),
    green: t("Green"),
    purple: t("Purple"),
    orange: t("Orange"),
    red: t("Red"),
    yellow: t("Yellow"),
  };
  return names[color];
}
