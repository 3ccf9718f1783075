// A task of a Piscina pool: doubles what it is moved and moves it back. For memory.worker.test.ts.
import { move } from "piscina";
import { MemoryView } from "zerocopy";

export default function double(message) {
  const view = MemoryView.fromMessage(message);
  for (let i = 0; i < view.length; i += 1) view.set(i, view.get(i) * 2);
  return move(view);
}
