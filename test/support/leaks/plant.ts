import { makeSecret } from "../plantedSecrets.ts";

/** Secrets that a test has made, by where it has put them. They are random, so that none is in a file of the repository. */
export class Planted {
  readonly secrets = new Map<string, string>();

  /** Makes a secret for a place. */
  make(place: string): string {
    const secret = makeSecret();
    this.secrets.set(place, secret);
    return secret;
  }

  /** Compares what was found with what was planted: places by name, and the number of secrets that are none of them. */
  compare(found: Iterable<string>): { missed: string[]; false: number; recall: number; precision: number } {
    const all = new Set(found);
    const known = new Set(this.secrets.values());
    const missed = [...this.secrets].filter(([, secret]) => !all.has(secret)).map(([place]) => place);
    const hits = known.size - missed.length;
    return {
      missed,
      false: [...all].filter((secret) => !known.has(secret)).length,
      recall: hits / known.size,
      precision: all.size === 0 ? 1 : hits / all.size,
    };
  }
}
