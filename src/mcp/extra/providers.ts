import { listProviders } from "../../openrouter/index.ts";
import type { ToolContext } from "../defineTool.ts";
import { joinLines, paginate, table } from "../text.ts";
import { unreadableText } from "../tools/coverage.ts";

/** Lists the model providers with their slugs. `GET /providers`. */
export async function listProvidersText(
  { search = "", offset = 0, limit = 100 }: { search?: string; offset?: number; limit?: number },
  { client, signal }: ToolContext,
): Promise<string> {
  const { data, unreadable } = await listProviders(client, { signal });
  const wanted = search.toLowerCase();
  const found = data.filter(({ name, slug }) => `${name}\n${slug}`.toLowerCase().includes(wanted));
  const { rows, note } = paginate(found, offset, limit);
  return joinLines(
    search ? `${found.length} of ${data.length} providers. ${note}` : `${data.length} providers. ${note}`,
    unreadableText(unreadable),
    table(
      [
        ["slug", (provider) => provider.slug],
        ["name", (provider) => provider.name],
        ["headquarters", (provider) => provider.headquarters],
        ["datacenters", (provider) => provider.datacenters],
      ],
      rows,
    ),
  );
}
