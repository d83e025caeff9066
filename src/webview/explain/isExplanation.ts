import { type Explanation, factors } from "../../openrouter/foresight/explain/model.ts";

type Unknown<T> = { readonly [K in keyof T]?: unknown } | null | undefined;

/** Validates an explanation. Written by hand, as for tables of spend, so that the chat's page needs no schemas. */
export function isExplanation(value: unknown): value is Explanation {
  const explanation = value as Unknown<Explanation>;
  return (
    isPeriod(explanation?.before) &&
    isPeriod(explanation?.after) &&
    isNumber(explanation?.difference) &&
    isParts(explanation?.parts) &&
    isList(explanation?.causes, isCause) &&
    isList(explanation?.notes, isNote)
  );
}

function isPeriod(value: unknown): boolean {
  const { from, to, averageOf, cost } = (value ?? {}) as Record<string, unknown>;
  return isTime(from) && isTime(to) && isNumber(cost) && isOptional(averageOf, isNumber);
}

function isCause(value: unknown): boolean {
  const { model, key, difference, parts, count, before, after } = (value ?? {}) as Record<string, unknown>;
  return (
    isOptional(model, (one) => hasTexts(one, "id", "name")) &&
    isOptional(key, (one) => hasTexts(one, "hash", "name")) &&
    isNumber(difference) &&
    isParts(parts) &&
    isNumber(count) &&
    isOptional(before, isCell) &&
    isOptional(after, isCell)
  );
}

/** All figures of a cell are numbers; unknown ones are missing. */
function isCell(value: unknown): boolean {
  const { model, key, ...figures } = (value ?? {}) as Record<string, unknown>;
  return (
    isOptional(model, isText) &&
    isOptional(key, isText) &&
    isNumber(figures.cost) &&
    Object.values(figures).every((figure) => isOptional(figure, isNumber))
  );
}

function isParts(value: unknown): boolean {
  return factors.every((factor) => isNumber((value as Record<string, unknown> | null | undefined)?.[factor]));
}

/** Notes differ by kind; all are shown as text. */
function isNote(value: unknown): boolean {
  const { kind, ...parts } = (value ?? {}) as Record<string, unknown>;
  const isPart = (part: unknown) => isText(part) || isNumber(part) || isList(part, isText);
  return isText(kind) && Object.values(parts).every(isPart);
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => Number.isFinite(value);
const isTime = (value: unknown) => isText(value) && /^\d{4}-\d{2}-\d{2}(T\d{2})?$/.test(value as string);
const isOptional = (value: unknown, check: (value: unknown) => boolean) => value === undefined || check(value);
const isList = (value: unknown, check: (value: unknown) => boolean) => Array.isArray(value) && value.every(check);
const hasTexts = (value: unknown, ...fields: string[]) =>
  fields.every((field) => isText((value as Record<string, unknown> | null)?.[field]));
