export const keySorts = ["name", "today", "month", "total", "limit", "used", "unused", "created"] as const;
export type KeySort = (typeof keySorts)[number];
