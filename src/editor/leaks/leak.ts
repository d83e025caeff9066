import type { LeakPlace } from "../../leaks/model.ts";
import type { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import type { TimedAnswer } from "./match.ts";

/** A secret that was found, and what is known about it. Only in memory: closing the window forgets it. */
export interface Leak {
  /** Unique in this window, and independent of the secret. */
  readonly id: string;
  readonly secret: MaskedSecret;
  readonly places: readonly LeakPlace[];
  /** What OpenRouter said about it, and when. */
  readonly answer?: TimedAnswer;
  /** The stored account whose management key it is. */
  readonly managementOf?: NamedAccount;
}
