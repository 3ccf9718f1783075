/** As server-3.mjs, but the kernel sends, and keeps: no copies, and no memory of this process. */
import http from "node:http";
import path from "node:path";
import { sendFile } from "zerocopy/http";

const [folder = ".", port = "0"] = process.argv.slice(2);

async function answer(name, res) {
  await sendFile(res, path.join(folder, name));
}

const server = http.createServer((req, res) => {
  answer(path.basename(req.url), res).catch(() => res.writeHead(404).end());
});
server.listen(Number(port), "127.0.0.1", () => console.log(server.address().port));
