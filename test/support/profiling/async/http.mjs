// A server and its clients in one process, over connections that are kept: two lines upload, two download.
import { once } from "node:events";
import http from "node:http";

const body = Buffer.alloc(4 << 20, 1);
const server = http.createServer((request, response) => {
  if (request.method === "GET") {
    response.end(body); // the server's answer
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const joined = Buffer.concat(chunks);
    response.end(String(Buffer.from(joined).length)); // collected
  });
});
server.listen(0, "127.0.0.1"); // the server
await once(server, "listening");
const agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
const options = { port: server.address().port, host: "127.0.0.1", agent };

function ended(request) {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      let seen = 0;
      response.on("data", (chunk) => (seen += chunk.length));
      response.on("end", () => resolve(seen));
    });
  });
}

function getOne() {
  return ended(http.get(options)); // GET one
}

function getTwo() {
  return ended(http.get(options)); // GET two
}

function post() {
  const request = http.request({ ...options, method: "POST" }); // POST
  request.end(body); // POST body
  return ended(request);
}

for (let round = 0; round < 10; round += 1) {
  await Promise.all([getOne(), post(), getTwo()]);
  gc();
}
agent.destroy();
server.close();
