// The shapes that code has: methods, getters, closures, generators, callbacks, several functions on a line,
// what throws, what is called with a spread, and what is made from text.
const source = Buffer.alloc(256 * 1024, 1);
const target = Buffer.alloc(256 * 1024);

class Frame {
  #body = source;
  static of() {
    return Buffer.from(source); //= copy 40 MiB
  }
  get body() {
    return Buffer.concat([this.#body]); //= copy 40 MiB
  }
  copy() {
    this.#body.copy(target); //= copy 40 MiB
  }
}

const closure = (from) => () => from.toString("latin1"); //= copy 40 MiB

function* generate() {
  yield Uint8Array.prototype.slice.call(source); //= copy 40 MiB
}

function fail() {
  try {
    throw new Error(new Uint8Array(source).subarray(0, 1).toString()); //= copy 40 MiB
  } catch {
    target.set(source); //= copy 40 MiB
  }
}

// prettier-ignore
const first = () => Buffer.from(source), second = () => structuredClone(source); //= copy 120 MiB

for (let round = 0; round < 160; round += 1) {
  const frame = new Frame();
  Frame.of(frame.body);
  frame.copy();
  closure(source)();
  for (const piece of generate()) piece.at(0);
  fail();
  first();
  second();
  [source].map((piece) => piece.buffer.slice(piece.byteOffset, piece.byteOffset + piece.length)); //= copy 40 MiB
  Reflect.apply(source.copy, source, [target]); //= copy 40 MiB
  Buffer.concat(...[[source]]); //= copy 40 MiB
}
