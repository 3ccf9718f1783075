import { createServer } from "node:http";
import sirv from "sirv";

export default (root) => createServer(sirv(root, { etag: true }));
