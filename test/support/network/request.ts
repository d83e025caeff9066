// A process that sends one request to OpenRouter, as the proxy of its environment allows, and prints the outcome.
import { createClient, createKey, getCredits, OpenRouterError } from "../../../src/openrouter/index.ts";

const [operation = "read", baseUrl] = process.argv.slice(2);
const client = createClient({
  key: process.env.TEST_KEY ?? "",
  baseUrl,
  timeoutMs: Number(process.env.TEST_TIMEOUT ?? 5_000),
});
const sent = operation === "create" ? createKey(client, { name: "new" }) : getCredits(client);
const outcome = await sent.then(
  () => ({ works: true }),
  (error: unknown) => {
    if (!(error instanceof OpenRouterError)) return { works: false, name: String(error) };
    const { name, message, nextStep, connection, mayHaveTakenEffect } = error;
    return { works: false, name, message, nextStep, connection, mayHaveTakenEffect };
  },
);
console.log(JSON.stringify(outcome));
