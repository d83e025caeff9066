import type { ProviderRecord } from "../state.ts";

/** Name, slug, headquarters, and true if its endpoints have zero data retention. */
const table: [string, string, string, boolean][] = [
  ["OpenAI", "openai", "US", false],
  ["Anthropic", "anthropic", "US", false],
  ["Google", "google-vertex", "US", true],
  ["Google AI Studio", "google-ai-studio", "US", false],
  ["Amazon Bedrock", "amazon-bedrock", "US", true],
  ["Azure", "azure", "US", true],
  ["xAI", "xai", "US", false],
  ["Mistral", "mistral", "FR", false],
  ["DeepInfra", "deepinfra", "US", true],
  ["Together", "together", "US", true],
  ["Fireworks", "fireworks", "US", true],
  ["Groq", "groq", "US", true],
];

export const providerBySlug = new Map(table.map(([name, slug, , zdr]) => [slug, { name, slug, zdr }]));

export const providers: ProviderRecord[] = table.map(([name, slug, headquarters]) => ({
  name,
  slug,
  headquarters,
  datacenters: [headquarters],
  privacy_policy_url: `https://${slug}.example/privacy`,
  terms_of_service_url: `https://${slug}.example/terms`,
  status_page_url: null,
}));
