/** Translates a text and fills its placeholders, `{0}` and so on. `vscode.l10n.t` is one. */
export type Translate = (text: string, ...args: (string | number)[]) => string;

/** Fills the placeholders of an English text. */
export const english: Translate = (text, ...args) =>
  text.replace(/\{(\d+)\}/g, (whole, i) => String(args[Number(i)] ?? whole));
