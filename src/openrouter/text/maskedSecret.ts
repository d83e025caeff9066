import { getKeyLabel } from "../account/accountId.ts";

/**
 * A secret in memory that doesn't get into texts by accident: whatever prints, serializes or inspects it gets the label that
 * OpenRouter shows, `sk-or-v1-0e6...1c96`.
 */
export class MaskedSecret {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The first three and last four digits, as OpenRouter's labels show them. */
  get label(): string {
    return `sk-or-v1-${getKeyLabel(this.#secret)}`;
  }

  /** Returns the secret itself. Call it where the secret is compared or sent, and keep the result nowhere. */
  reveal(): string {
    return this.#secret;
  }

  toString(): string {
    return this.label;
  }

  toJSON(): string {
    return this.label;
  }

  [Symbol.toPrimitive](): string {
    return this.label;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.label;
  }
}
