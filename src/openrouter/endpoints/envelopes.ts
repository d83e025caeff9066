import * as z from "zod";

/** The schema of most responses: `{ data }`. */
export const data = <T extends z.ZodType>(schema: T) => z.looseObject({ data: schema });

/** Rows of a list that failed validation and were left out. */
export interface Unreadable {
  count: number;
  /** Rows received, including unreadable ones. */
  of: number;
  /** The first invalid field. */
  field: string;
}

export interface Rows<T> {
  data: T[];
  unreadable?: Unreadable;
}

export interface Page<T> extends Rows<T> {
  /** Undefined if the response lacks it. */
  total_count: number | undefined;
}

/** With more unreadable rows than this, the response isn't the documented list. */
const MAX_UNREADABLE = 1000;
/** Far more than any list of the API has. */
const MAX_ROWS = 1_000_000;

/** The schema of `{ data: [...] }`. Rows are validated one by one; invalid ones are left out and counted. */
export const rows = <T>(schema: z.ZodType<T>): z.ZodType<Rows<T>> =>
  z
    .looseObject({ data: z.array(z.unknown()) })
    .transform((response, context) => readRows(schema, response.data, context));

/** The schema of a list with its size: `{ data: [...], total_count }`. */
export const page = <T>(schema: z.ZodType<T>): z.ZodType<Page<T>> =>
  z
    .looseObject({ data: z.array(z.unknown()), total_count: z.number().optional().catch(undefined) })
    .transform((response, context) => ({
      ...readRows(schema, response.data, context),
      total_count: response.total_count,
    }));

function readRows<T>(schema: z.ZodType<T>, items: unknown[], context: z.RefinementCtx): Rows<T> {
  const read: T[] = [];
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", path: ["data"], message });
    return z.NEVER;
  };
  if (items.length > MAX_ROWS) return refuse(`${items.length} rows`);
  let unreadable: Unreadable | undefined;
  for (const item of items) {
    const result = schema.safeParse(item);
    if (result.success) {
      read.push(result.data);
      continue;
    }
    const field = result.error.issues[0]?.path.join(".") || "(the whole row)";
    unreadable ??= { count: 0, of: items.length, field };
    unreadable.count += 1;
    if (unreadable.count > MAX_UNREADABLE)
      return refuse(`more than ${MAX_UNREADABLE} rows could not be read, the first for its field ${field}`);
  }
  return { data: read, ...(unreadable && { unreadable }) };
}

/** Adds up the unreadable rows of several pages or lists. */
export function joinUnreadable(parts: Iterable<Rows<unknown>>): Unreadable | undefined {
  let [count, of, field] = [0, 0, ""];
  for (const { data, unreadable } of parts) {
    of += unreadable?.of ?? data.length;
    if (!unreadable) continue;
    count += unreadable.count;
    field ||= unreadable.field;
  }
  return count > 0 ? { count, of, field } : undefined;
}

export interface PageQuery {
  offset?: number;
  /** 1 to 100; the API's default is 50. */
  limit?: number;
}
