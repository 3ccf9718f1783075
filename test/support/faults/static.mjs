// Serves directories by serveStatic, one port for each, until its standard input ends:
//
//   node static.mjs '[{"root": …, "options": …}, …]'
//
// Prints the ports.
import { once } from "node:events";
import http from "node:http";
import { serveStatic } from "zerocopy/http";

const sites = JSON.parse(process.argv[2]).map(({ root, options }) => {
  const files = serveStatic(root, options);
  return { files, server: http.createServer((req, res) => files(req, res)) };
});
for (const { server } of sites) await once(server.listen(0, "127.0.0.1"), "listening");
process.stdout.write(`${JSON.stringify(sites.map(({ server }) => server.address().port))}\n`);
process.stdin.resume().on("end", () => {
  for (const { files, server } of sites) {
    files.close();
    server.close();
    server.closeAllConnections();
  }
});
