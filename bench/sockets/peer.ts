/**
 * The other end of a connection, in a process of its own, so that its work is not measured.
 *
 *   peer.js sink            takes everything and keeps nothing, in memory that is used again
 *   peer.js source BYTES    sends so many bytes to whoever connects, and ends
 *
 * Prints the port. Ends with its parent.
 */
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";

const [role, length = "0"] = process.argv.slice(2);

function sink(socket: Socket): void {
  const buffer = Buffer.allocUnsafeSlow(1 << 20);
  const { _handle: handle } = socket as unknown as { _handle: unknown };
  const options = { handle, onread: { buffer, callback: () => true } };
  new net.Socket(options as net.SocketConstructorOpts).on("error", () => {}).resume();
}

function source(socket: Socket): void {
  const block = Buffer.alloc(1 << 20, 7);
  let left = Number(length);
  const send = (): void => {
    if (left === 0) return void socket.end();
    const part = block.subarray(0, Math.min(left, block.length));
    left -= part.length;
    socket.write(part, send);
  };
  socket.on("error", () => {});
  send();
}

const server = net.createServer({ pauseOnConnect: role === "sink" }, (socket) => {
  if (role === "sink") sink(socket);
  else source(socket);
});
server.listen(0, "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
process.stdin.on("close", () => process.exit()).resume();
