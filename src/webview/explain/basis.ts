/**
 * What a day or hour is compared with: the average of the same weekday in the weeks before, the day or the same hour of the
 * day before, or that of a week before.
 */
export const bases = ["usual", "day", "week"] as const;
export type Basis = (typeof bases)[number];
