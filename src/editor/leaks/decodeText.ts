import { createDecoder, detectEncoding } from "../../leaks/text/encoding.ts";

/** Decodes the bytes of a text as the search does; binary ones as UTF-8. */
export function decodeText(bytes: Buffer): string {
  const decode = createDecoder(detectEncoding(bytes) ?? "utf8");
  return decode(bytes) + decode();
}
