// Runs apps on demand. Messages: [id, command, ...arguments] in, [id, answer] out.
import { once } from "node:events";
import { bodyCounts } from "zerocopy/http";
import { disturbances, disturbed } from "./disturbances.mjs";
import { scenarios } from "./scenarios.mjs";

const commands = {
  /** Answers with the port. */
  async listen(name, folder, options) {
    const { apps } = await import("./apps.mjs"); // takes a second
    const server = await apps[name](folder, options);
    server.keepAliveTimeout = 0;
    if (!server.listening) server.listen(0, "127.0.0.1");
    if (!server.listening) await once(server, "listening");
    return server.address().port;
  },
  inject: async (...words) => (await import("./apps.mjs")).inject(...words),
  counts: () => bodyCounts(),
  scenarios: () => Object.keys(scenarios),
  disturbances: () => Object.keys(disturbances),
  see: (name, files) => scenarios[name](files),
  disturb: disturbed,
  end: () => process.exit(),
};

async function answer([id, name, ...words]) {
  try {
    process.send([id, await commands[name](...words)]);
  } catch (error) {
    process.send([id, { error: String(error.stack) }]);
  }
}

process.on("message", (question) => void answer(question));
process.on("disconnect", () => process.exit());
