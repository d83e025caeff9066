const LINE_FEED = 10;

/** Splits a byte stream into lines. Reports a line as soon as it exceeds the limit, and skips the rest of it. */
export class LineReader {
  readonly #maxBytes: number;
  readonly #onLine: (line: Buffer) => void;
  readonly #onTooLong: () => void;
  #parts: Buffer[] = [];
  #size = 0;
  #skipping = false;

  constructor(maxBytes: number, onLine: (line: Buffer) => void, onTooLong: () => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      this.#add(chunk.subarray(from, end));
      this.end();
      from = end + 1;
    }
    this.#add(chunk.subarray(from));
  }

  /** Ends the current line at a line feed or the end of the stream. Skips empty lines. */
  end(): void {
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    if (!this.#skipping && line.length > 0) this.#onLine(line);
    this.#skipping = false;
  }

  #add(part: Buffer): void {
    if (this.#skipping || part.length === 0) return;
    this.#size += part.length;
    this.#parts.push(part);
    if (this.#size <= this.#maxBytes) return;
    this.#parts = [];
    this.#skipping = true;
    this.#onTooLong();
  }
}
