// Secrets that tests plant. They are made when a test runs, so that none is in a file of the repository, and registered, so that
// it can be checked afterwards where they went.
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { contentOf, encodings } from "../vscode/host/fileSearch.ts";

const planted = new Set<string>();

/** Returns a new secret in the form of OpenRouter's keys, which nobody has, and registers it. */
export function makeSecret(): string {
  return registerSecret(`sk-or-v1-${randomBytes(32).toString("hex")}`);
}

/** Registers a secret that must not be found anywhere after the tests, and returns it. */
export function registerSecret(secret: string): string {
  planted.add(secret);
  return secret;
}

/** Where a secret must not be. */
export interface SearchedPlaces {
  /** Folders, searched with all their files. */
  folders?: readonly string[];
  /** Texts by what they are. */
  texts?: Readonly<Record<string, string>>;
}

/** Folders of VS Code's profile with its own copies of what the user has in editors: unsaved ones, and earlier versions of files. */
const COPIES = /(^|[\\/])(Backups|History)([\\/]|$)/;

/**
 * Returns where registered secrets are, by their labels: in UTF-8, in UTF-16 or within base64. The result contains no secret.
 * @param secrets by default all that are registered
 */
export function findPlantedSecrets(
  { folders = [], texts = {} }: SearchedPlaces,
  secrets: Iterable<string> = planted,
): string[] {
  // The hidden digits: labels show the others.
  const needles = [...secrets].map((secret) => ({
    label: `${secret.slice(0, 12)}...${secret.slice(-4)}`,
    forms: encodings(secret.slice(12, -4)),
  }));
  if (needles.length === 0) return [];
  const places = [
    ...Object.entries(texts).map(([name, text]) => ({ name, content: () => Buffer.from(text) })),
    ...folders.flatMap((folder) =>
      filesIn(folder).map((file) => ({ name: relative(folder, file), content: () => contentOf(file) })),
    ),
  ];
  return places.flatMap(({ name, content }) => {
    const bytes = content();
    const found = needles.filter(({ forms }) => forms.some((form) => bytes.includes(form)));
    return found.map(({ label }) => `${label} in ${name}`);
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !COPIES.test(relative(folder, entry.parentPath) + sep))
    .map((entry) => join(entry.parentPath, entry.name));
}
