export { attribute } from "./attribute.ts";
export * from "./model.ts";
export { readSpend, type SpendOptions } from "./read.ts";
