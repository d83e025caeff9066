// The spend table and what is computed from it. Needs no account, so that it also runs in a browser.
export * from "./aggregate.ts";
export { type Comparison, compare } from "./compare.ts";
export { type ExportRow, exportRows } from "./exportRows.ts";
export type { SpendRequest } from "./request.ts";
export * from "./span.ts";
export * from "./table.ts";
