// Compares calls over the private channel with direct ones: the same tool and account, alternating.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { temporaryHome } from "../support/channelWindow.ts";
import { startServer } from "./server.ts";
import { median, type Row } from "./table.ts";

const CALLS = 100;
const WINDOW = fileURLToPath(new URL("channelWindow.ts", import.meta.url));

/** @param account the account of a window that runs in a separate process */
export async function channelCost(server: string, account: { key: string; baseUrl: string }): Promise<Row[]> {
  const { home, folder, remove } = await temporaryHome();
  const window = fork(WINDOW, [folder, account.baseUrl], { env: { ...process.env, BENCH_KEY: account.key } });
  await once(window, "message");
  const direct = startServer({
    args: [server],
    env: { OPENROUTER_PROVISIONING_KEY: account.key, OPENROUTER_BASE_URL: account.baseUrl },
  });
  const channel = startServer({ args: [server], env: { HOME: home, OPENROUTER_ADMIN_CHANNEL: "1" } });
  try {
    const times = { direct: [] as number[], channel: [] as number[] };
    for (let i = -10; i < CALLS; i++) {
      for (const [side, one] of i % 2
        ? ([
            ["direct", direct],
            ["channel", channel],
          ] as const)
        : ([
            ["channel", channel],
            ["direct", direct],
          ] as const)) {
        const start = performance.now();
        // Different every time, so that no cache answers.
        await one.call("or_models", { search: `nothing-${i}`, limit: 1 });
        if (i >= 0) times[side].push(performance.now() - start);
      }
    }
    const [ours, theirs] = [median(times.channel), median(times.direct)];
    return [
      { measure: `or_models, ms, median of ${CALLS}`, ours, theirs },
      { measure: "  difference, ms", ours: ours - theirs, theirs: "", target: "<= 5" },
    ];
  } finally {
    await direct.stop();
    await channel.stop();
    window.kill();
    await remove();
  }
}
