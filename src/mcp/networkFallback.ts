import { type Client, OpenRouterError } from "../openrouter/index.ts";

/**
 * Creates clients that read with the server's own key, and through the window once the server's own connection has failed:
 * VS Code may know a proxy or certificates that this process doesn't.
 */
export function createNetworkFallback(): (own: Client, throughWindow: Client) => Client {
  let hasFailed = false;
  return (own, throughWindow) => ({
    ...own,
    async request(call, options) {
      if (hasFailed) return throughWindow.request(call, options);
      try {
        return await own.request(call, options);
      } catch (error) {
        if (!(error instanceof OpenRouterError && error.connection)) throw error;
        const answer = await throughWindow.request(call, options);
        hasFailed = true;
        return answer;
      }
    },
  });
}
