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
      if (!hasFailed) {
        try {
          // Without retries, since `fetch` needs 10 s to give up a connection that nothing responds to.
          return await own.request(call, { ...options, hasOtherWay: true });
        } catch (error) {
          if (!(error instanceof OpenRouterError && error.connection)) throw error;
          hasFailed = true;
        }
      }
      try {
        return await throughWindow.request(call, options);
      } catch (error) {
        // Unless OpenRouter has responded, the window's connection is no better.
        if (error instanceof OpenRouterError && error.status === undefined) hasFailed = false;
        throw error;
      }
    },
  });
}
