/**
 * Removes the endpoint from the message of a failed request: `POST /analytics/query returned 403: Not available.` becomes
 * `Not available`, and without words of the API `HTTP 403`. Other texts lose only a final period: a cause is quoted within a
 * sentence.
 */
export function plainCause(message: string): string {
  const [, status, rest] = /^(?:GET|POST|PUT|PATCH|DELETE) \S+? returned (\d{3})(?:: |\.$)(.*)$/s.exec(message) ?? [];
  if (status !== undefined) return rest?.replace(/\.$/, "") || `HTTP ${status}`;
  return message.replace(/^(?:GET|POST|PUT|PATCH|DELETE) \S+: /, "").replace(/\.$/, "");
}
