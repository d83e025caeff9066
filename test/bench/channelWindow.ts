// A window of VS Code, as the server sees it, in a process of its own: `node channelWindow.ts FOLDER BASE_URL`.
import { openWindow } from "../support/channelWindow.ts";

const [folder = "", baseUrl = ""] = process.argv.slice(2);
await openWindow(folder, { account: { key: process.env.BENCH_KEY ?? "", baseUrl } });
process.send?.("listening");
