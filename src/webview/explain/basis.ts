/**
 * What a day or hour is compared with: the average of the same weekday in the weeks before, the day or the same hour of the
 * day before, or that of a week before. A range is compared with the previous one.
 */
export const bases = ["usual", "day", "week", "previous"] as const;
export type NamedBasis = (typeof bases)[number];

/** UTC days or hours, the first and the last one. */
export interface Buckets {
  from: string;
  to: string;
}

/** Two periods that the user chose: what is explained, and what it is compared with. */
export interface ChosenPeriods {
  after: Buckets;
  before: Buckets;
}

export type Basis = NamedBasis | ChosenPeriods;
