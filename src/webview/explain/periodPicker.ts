// Two periods that the user chooses by their first and last day or hour: what is explained, and what it is compared with.
import { t } from "@vscode/l10n";
import { fill, h } from "../dom.ts";
import type { Buckets, ChosenPeriods } from "./basis.ts";
import { comparableBuckets, findProblem, unitOf } from "./chosenPeriods.ts";

export interface PeriodPicker {
  element: HTMLElement;
  /** True while an entry differs from the shown periods: it isn't possible, or not complete yet. */
  readonly isEdited: boolean;
  /** True if an entry is about to be chosen. */
  readonly isWaiting: boolean;
  /** Shows the periods, unless the user is changing them. @param current the day or hour in progress */
  show(periods: ChosenPeriods, current: string): void;
  /** Drops what was entered. */
  reset(): void;
}

export interface PeriodPickerOptions {
  locale: string;
  onChoose(periods: ChosenPeriods): void;
  /** Called after each entry. */
  onEdit(): void;
}

/** An arrow key changes a date with each press; only the last one is read. */
const PAUSE_MS = 500;

export function createPeriodPicker({ locale, onChoose, onEdit }: PeriodPickerOptions): PeriodPicker {
  let shown: { periods: ChosenPeriods; current: string } | undefined;
  let isEdited = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const after = createField("after", t("Explained period (UTC)"), edit);
  const before = createField("before", t("Compare with (UTC)"), edit);

  function edit(): void {
    clearTimeout(timer);
    timer = undefined;
    const periods = { after: after.value, before: before.value };
    isEdited = JSON.stringify(periods) !== JSON.stringify(shown?.periods);
    if (check(periods) && isEdited) timer = setTimeout(() => choose(periods), PAUSE_MS);
    onEdit();
  }

  function choose(periods: ChosenPeriods): void {
    timer = undefined;
    isEdited = false;
    onChoose(periods);
  }

  /** Says what is wrong beside the field. */
  function check(periods: ChosenPeriods): boolean {
    if (!shown) return false;
    const problem = findProblem(periods, unitOf(shown.periods.after), shown.current, locale);
    for (const field of [after, before]) field.say(field.period === problem?.period ? problem.text : undefined);
    return problem === undefined;
  }

  return {
    element: h("div", { class: "periods" }, after.element, before.element),
    get isEdited() {
      return isEdited;
    },
    get isWaiting() {
      return timer !== undefined;
    },
    show(periods, current) {
      shown = { periods, current };
      if (isEdited) return;
      const limits = comparableBuckets(unitOf(periods.after), current);
      after.show(periods.after, limits);
      before.show(periods.before, limits);
      check(periods);
    },
    reset() {
      clearTimeout(timer);
      timer = undefined;
      isEdited = false;
    },
  };
}

interface Field {
  period: keyof ChosenPeriods;
  element: HTMLElement;
  readonly value: Buckets;
  show(value: Buckets, limits: Buckets): void;
  say(problem: string | undefined): void;
}

function createField(period: keyof ChosenPeriods, label: string, onChange: () => void): Field {
  const message = h("p", { class: "period-problem", id: `${period}-problem`, role: "alert" });
  const create = (end: string) =>
    h("input", { type: "date", required: true, "data-id": `${period}-${end}`, on: { change: onChange } });
  const [from, to] = [create("from"), create("to")];
  const element = h(
    "fieldset",
    { class: "period" },
    h("legend", {}, label),
    h("label", {}, h("span", {}, t("From")), from),
    h("label", {}, h("span", {}, t("To")), to),
    message,
  );
  return {
    period,
    element,
    get value() {
      return { from: toBucket(from.value), to: toBucket(to.value) };
    },
    show(value, limits) {
      const isHour = unitOf(value) === "hour";
      for (const [input, bucket] of [
        [from, value.from],
        [to, value.to],
      ] as const) {
        input.type = isHour ? "datetime-local" : "date";
        if (isHour) input.step = "3600";
        [input.min, input.max] = [toInput(limits.from), toInput(limits.to)];
        // Setting the same value again would drop what is being typed.
        if (toBucket(input.value) !== bucket) input.value = toInput(bucket);
      }
    },
    say(problem) {
      if (message.textContent !== (problem ?? "")) fill(message, problem);
      for (const input of [from, to]) {
        input.setAttribute("aria-invalid", String(problem !== undefined));
        if (problem === undefined) input.removeAttribute("aria-describedby");
        else input.setAttribute("aria-describedby", message.id);
      }
    },
  };
}

const toInput = (bucket: string) => (bucket.length === 13 ? `${bucket}:00` : bucket);
/** Inputs of hours have minutes, too. */
const toBucket = (value: string) => value.slice(0, 13);
