import * as z from "zod";

/** Most answers: `{ data }`. */
export const data = <T extends z.ZodType>(schema: T) => z.looseObject({ data: schema });

/** Lists that know their size: `{ data, total_count }`. */
export const page = <T extends z.ZodType>(schema: T) =>
  z.looseObject({ data: z.array(schema), total_count: z.number() });

export interface PageQuery {
  offset?: number;
  /** 1 to 100; the API's default is 50. */
  limit?: number;
}
