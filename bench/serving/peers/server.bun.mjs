// Static files by Bun.serve, which sends large ones by sendfile(2): bun server.bun.mjs ROOT.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request) => new Response(Bun.file(process.argv[2] + new URL(request.url).pathname)),
});
console.log(server.port);
