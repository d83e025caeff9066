/** A text that was decoded from another, with the range of the original that each of its characters comes from. */
export interface DecodedText {
  text: string;
  start(offset: number): number;
  end(offset: number): number;
}
