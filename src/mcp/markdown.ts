// Clients render results as Markdown. A space breaks links and elements in text from the account, so that nothing is loaded.

/** External destinations: URLs with a host, or with a scheme that needs none. */
const EXTERNAL =
  /^(?:(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}[\w[%\p{L}]|(?:data|javascript|vbscript|command|mailto|tel|sms|file|blob|about|cid|vscode[\w-]*):)/iu;
/** Number of characters of a destination that are checked. */
const MAX_DESTINATION = 200;

/** HTML elements that load, link or change a page. Other angle brackets stay, such as `<your name>` or named regex groups. */
const ELEMENT =
  /(?<!\(\?P?)<(?=!--|\/?(?:a|area|audio|base|body|button|embed|form|frame|frameset|head|html|iframe|image|img|input|link|math|meta|object|picture|script|source|style|svg|template|textarea|title|track|video)(?:[\s/>]|$))/gi;

/** Breaks external Markdown links, images, link definitions and autolinks, and HTML elements. */
export function breakLinks(text: string): string {
  if (!/[\]<]/.test(text)) return text;
  return text
    .replace(/\](\(|:)/g, (found, mark: string, at: number) => (isExternal(text, at + 2) ? `] ${mark}` : found))
    .replace(/(?<!\(\?P?)<(?=[a-z])/gi, (found, at: number, whole: string) =>
      isExternal(whole, at + 1) ? "< " : found,
    )
    .replace(ELEMENT, "< ");
}

/** True for an external destination. Parses it as Markdown does: skips spaces and `<`, resolves escapes and entities. */
function isExternal(text: string, at: number): boolean {
  const destination = text.slice(at, at + MAX_DESTINATION).replace(/^[\s<]+/, "");
  const resolved = destination
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_, hex?: string, decimal?: string) =>
      decodeCharacter(hex, decimal),
    )
    .replace(/&(colon|sol|bsol|tab|newline);/gi, (_, name: string) => ENTITIES[name.toLowerCase()] ?? "")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replace(/[\x00-\x20]/g, "");
  return EXTERNAL.test(destination) || EXTERNAL.test(resolved);
}

const ENTITIES: Record<string, string> = { colon: ":", sol: "/", bsol: "\\", tab: "", newline: "" };

function decodeCharacter(hex?: string, decimal?: string): string {
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}
