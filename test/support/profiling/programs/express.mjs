// Downloads as Express's guide has them: res.sendFile, which is npm's `send`. Ends by SIGTERM.
//   node express.mjs FOLDER
import express from "express";

const [root] = process.argv.slice(2);
const app = express();

app.get("/files/:name", (request, response) => {
  response.sendFile(request.params.name, { root });
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.on("SIGTERM", () => server.close());
