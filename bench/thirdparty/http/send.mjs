import { createServer } from "node:http";
import send from "send";

export default (root) =>
  createServer((request, response) => {
    send(request, request.url, { root }).pipe(response);
  });
