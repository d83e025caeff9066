// Simulates a VS Code window for the server, in a separate process: `node channelWindow.ts FOLDER BASE_URL`.
import { openTestWindow } from "../support/channelWindow.ts";

const [folder = "", baseUrl = ""] = process.argv.slice(2);
await openTestWindow(folder, { account: { key: process.env.BENCH_KEY ?? "", baseUrl } });
process.send?.("listening");
