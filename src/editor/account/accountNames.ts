// The names that an account can have. Pure.
import { oneLine } from "../../openrouter/text/printable.ts";
import { DEFAULT_NAME, ENVIRONMENT_NAME, type Profile, SAMPLE_NAME } from "./profileList.ts";

export const MAX_NAME_LENGTH = 60;

const fold = (name: string) => name.normalize("NFKC").toLowerCase();
const RESERVED = [SAMPLE_NAME, ENVIRONMENT_NAME].map(fold);

export type NameProblem = "empty" | "long" | "unprintable" | "taken" | "reserved";

/** Returns what is wrong with the name of an account; undefined if it can be used. */
export function nameProblem(text: string, others: readonly Profile[]): NameProblem | undefined {
  const name = text.trim();
  if (name === "") return "empty";
  if ([...name].length > MAX_NAME_LENGTH) return "long";
  if (oneLine(name) !== name || !/[\p{L}\p{N}\p{P}\p{S}]/u.test(name)) return "unprintable";
  if (RESERVED.includes(fold(name))) return "reserved";
  return others.some((one) => fold(one.name) === fold(name)) ? "taken" : undefined;
}

/** Makes a name that can be used of any text, with a number if another account has it. */
export function usableName(text: string, others: readonly Profile[]): string {
  const clean = cut(oneLine(text).trim(), MAX_NAME_LENGTH);
  const base = ["empty", "unprintable"].includes(nameProblem(clean, []) ?? "") ? DEFAULT_NAME : clean;
  if (!nameProblem(base, others)) return base;
  for (let number = 2; ; number += 1) {
    const name = `${cut(base, MAX_NAME_LENGTH - 1 - String(number).length)} ${number}`;
    if (!nameProblem(name, others)) return name;
  }
}

const cut = (text: string, max: number) => [...text].slice(0, max).join("").trim();
