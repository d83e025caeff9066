export { activityRow } from "./activitySource.ts";
export * from "./aggregate.ts";
export { attribute } from "./attribute.ts";
export { type Comparison, compare } from "./compare.ts";
export { readSpend, type SpendOptions, type SpendRequest } from "./read.ts";
export * from "./span.ts";
export * from "./table.ts";
