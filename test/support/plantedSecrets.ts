// Secrets that tests plant. They are made when a test runs, so that none is in a file of the repository, and registered, so that
// it can be checked afterwards where they went.
import { randomBytes } from "node:crypto";

/** Returns a new secret in the form of OpenRouter's keys, which nobody has. */
export function makeSecret(): string {
  return `sk-or-v1-${randomBytes(32).toString("hex")}`;
}
