/**
 * Measures the ways a memory view could have been built, for docs/design/0005-views.md: what reading
 * an item, making a view and keeping one costs. The models below have what makes the difference and
 * nothing else; `zerocopy` is the library itself. Each trial has a process of its own.
 *
 * ```sh
 * npm run build && node tools/viewOptions.mjs [rounds]
 * ```
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { memoryview } from "../dist/index.js";

/** One per exporter. */
function storageOf({ buffer }) {
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), ended: "" };
}

const codes = new Map(
  ["Uint8", "Int8", "Uint16", "Int16", "Uint32", "Int32", "Float32", "Float64"].map(
    (name, code) => [`${name}Array`, code],
  ),
);

function read(view, at, code) {
  switch (code) {
    case 0:
      return view.getUint8(at);
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getUint16(at, true);
    case 3:
      return view.getInt16(at, true);
    case 4:
      return view.getUint32(at, true);
    case 5:
      return view.getInt32(at, true);
    case 6:
      return view.getFloat32(at, true);
    case 7:
      return view.getFloat64(at, true);
  }
  throw new TypeError("no such format");
}

/** Chosen: one storage per exporter, a numeric code, no check that the DataView makes anyway. */
class Shared {
  constructor(storage, offset, length, stride, code) {
    this.storage = storage;
    this.offset = offset;
    this.length = length;
    this.stride = stride;
    this.code = code;
  }
  static of(array) {
    const code = codes.get(array.constructor.name);
    return new this(storageOf(array), 0, array.length, array.BYTES_PER_ELEMENT, code);
  }
  get(i) {
    if (i >>> 0 !== i || i >= this.length) throw new RangeError("index");
    return read(this.storage.view, this.offset + i * this.stride, this.code);
  }
  sub(from, to) {
    const { storage, offset, stride, code } = this;
    return new this.constructor(storage, offset + from * stride, to - from, stride, code);
  }
}

/** Looks at the storage before each read. */
class Checked extends Shared {
  get(i) {
    if (i >>> 0 !== i || i >= this.length) throw new RangeError("index");
    const { storage } = this;
    const at = this.offset + i * this.stride;
    if (storage.ended !== "" || at + this.stride > storage.bytes.length) throw new Error("gone");
    return read(storage.view, at, this.code);
  }
}

/** Fields declared in the class body, as compilers emit them by default since ES2022. */
class Declared {
  storage;
  offset;
  length;
  stride;
  code;
  constructor(storage, offset, length, stride, code) {
    this.storage = storage;
    this.offset = offset;
    this.length = length;
    this.stride = stride;
    this.code = code;
  }
}
Object.assign(Declared, { of: Shared.of });
for (const name of ["get", "sub"]) Declared.prototype[name] = Shared.prototype[name];

/** A format string in place of a code. */
class Text extends Shared {
  static of(array) {
    const letter = "BbHhIifd"[codes.get(array.constructor.name)];
    return new Text(storageOf(array), 0, array.length, array.BYTES_PER_ELEMENT, letter);
  }
  get(i) {
    if (i >>> 0 !== i || i >= this.length) throw new RangeError("index");
    const { view } = this.storage;
    const at = this.offset + i * this.stride;
    switch (this.code) {
      case "B":
        return view.getUint8(at);
      case "b":
        return view.getInt8(at);
      case "H":
        return view.getUint16(at, true);
      case "h":
        return view.getInt16(at, true);
      case "I":
        return view.getUint32(at, true);
      case "i":
        return view.getInt32(at, true);
      case "f":
        return view.getFloat32(at, true);
      case "d":
        return view.getFloat64(at, true);
    }
    throw new TypeError("no such format");
  }
}

/** A function that reads one format, in a field. */
const readers = [
  (view, at) => view.getUint8(at),
  (view, at) => view.getInt8(at),
  (view, at) => view.getUint16(at, true),
  (view, at) => view.getInt16(at, true),
  (view, at) => view.getUint32(at, true),
  (view, at) => view.getInt32(at, true),
  (view, at) => view.getFloat32(at, true),
  (view, at) => view.getFloat64(at, true),
];
class Reader extends Shared {
  static of(array) {
    const reader = readers[codes.get(array.constructor.name)];
    return new Reader(storageOf(array), 0, array.length, array.BYTES_PER_ELEMENT, reader);
  }
  get(i) {
    if (i >>> 0 !== i || i >= this.length) throw new RangeError("index");
    return this.code(this.storage.view, this.offset + i * this.stride);
  }
}

/** A class per format, each with a `get` of its own, as generated code would have it. */
function place(view, i) {
  if (i >>> 0 !== i || i >= view.length) throw new RangeError("index");
  return view.offset + i * view.stride;
}
const gets = [
  function get(i) {
    return this.storage.view.getUint8(place(this, i));
  },
  function get(i) {
    return this.storage.view.getInt8(place(this, i));
  },
  function get(i) {
    return this.storage.view.getUint16(place(this, i), true);
  },
  function get(i) {
    return this.storage.view.getInt16(place(this, i), true);
  },
  function get(i) {
    return this.storage.view.getUint32(place(this, i), true);
  },
  function get(i) {
    return this.storage.view.getInt32(place(this, i), true);
  },
  function get(i) {
    return this.storage.view.getFloat32(place(this, i), true);
  },
  function get(i) {
    return this.storage.view.getFloat64(place(this, i), true);
  },
];
const classes = gets.map((get) => {
  const OneFormat = class extends Shared {};
  OneFormat.prototype.get = get;
  return OneFormat;
});
const PerFormat = { of: (array) => classes[codes.get(array.constructor.name)].of(array) };

/** A DataView per view. */
class OwnDataView {
  constructor(view, length, stride, code) {
    this.view = view;
    this.length = length;
    this.stride = stride;
    this.code = code;
  }
  static of(array) {
    const code = codes.get(array.constructor.name);
    return new this(new DataView(array.buffer), array.length, array.BYTES_PER_ELEMENT, code);
  }
  get(i) {
    if (i >>> 0 !== i || i >= this.length) throw new RangeError("index");
    return read(this.view, i * this.stride, this.code);
  }
  sub(from, to) {
    const { view, stride, code } = this;
    const { buffer, byteOffset } = view;
    const own = new DataView(buffer, byteOffset + from * stride, (to - from) * stride);
    return new OwnDataView(own, to - from, stride, code);
  }
}

/** A typed array per view: aligned, little-endian, contiguous items only. */
class OwnArray {
  constructor(array) {
    this.array = array;
  }
  static of(array) {
    return new this(array);
  }
  get(i) {
    const item = this.array[i];
    if (item === undefined) throw new RangeError("index");
    return item;
  }
  sub(from, to) {
    return new OwnArray(this.array.subarray(from, to));
  }
}

const registry = new FinalizationRegistry(() => {});
/** The garbage collector is asked about every view. */
class Registered extends Shared {
  constructor(storage, offset, length, stride, code) {
    super(storage, offset, length, stride, code);
    registry.register(this, storage);
  }
}

const library = { of: (array) => memoryview(array) };
const options = {
  "one storage, numeric code (chosen)": Shared,
  "… and a check of the memory before each read": Checked,
  "… with fields declared in the class body": Declared,
  "… with a format string for the code": Text,
  "… with a function per format": Reader,
  "… with a class per format": PerFormat,
  "… with a FinalizationRegistry entry per view": Registered,
  "a DataView per view": OwnDataView,
  "a typed array per view": OwnArray,
  "zerocopy, all of it": library,
};

const COUNT = 65_536;
const doubles = Float64Array.from({ length: COUNT }, (_, i) => i % 7);

function sum(view, count) {
  let total = 0;
  for (let i = 0; i < count; i += 1) total += view.get(i);
  return total;
}

/** CPU time of one step in nanoseconds: the least of eight samples of 60 ms, the first left out. */
function time(steps, run) {
  const used = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const samples = Array.from({ length: 9 }, () => {
    const start = used();
    let rounds = 0;
    do {
      run();
      rounds += 1;
    } while (used() - start < 60_000);
    return ((used() - start) * 1000) / rounds / steps;
  });
  return Math.min(...samples.slice(1));
}

function part(view, from, to) {
  return view.sub ? view.sub(from, to) : view.subarray(from, to);
}

function bytesPerView(view) {
  const kept = Array.from({ length: 100_000 });
  const used = () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  for (let i = 0; i < kept.length; i += 1) kept[i] = part(view, 1, COUNT - (i % 1024));
  return (used() - before) / kept.length;
}

function trial(option) {
  const view = options[option].of(doubles);
  const read1 = time(COUNT, () => sum(view, COUNT));
  for (const name of codes.keys()) {
    const other = options[option].of(new globalThis[name](1024));
    for (let i = 0; i < 2000; i += 1) sum(other, 1024);
  }
  const read8 = time(COUNT, () => sum(view, COUNT));
  const kept = Array.from({ length: 1024 });
  const make = time(1024, () => {
    for (let i = 0; i < 1024; i += 1) kept[i] = part(view, i, COUNT);
  });
  return { read1, read8, make, bytes: bytesPerView(view) };
}

function report(rounds) {
  const names = Object.keys(options);
  const results = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const script = ["--expose-gc", fileURLToPath(import.meta.url), "--trial", name];
      results
        .get(name)
        .push(JSON.parse(execFileSync(process.execPath, script, { encoding: "utf8" })));
    }
  }
  console.log("least of the rounds                            read  after 8    make   bytes");
  for (const [name, trials] of results) {
    const least = (key) => Math.min(...trials.map((figures) => figures[key]));
    const times = ["read1", "read8", "make"].map((key) =>
      `${least(key).toFixed(1)} ns`.padStart(9),
    );
    console.log(`${name.padEnd(44)}${times.join("")}${least("bytes").toFixed(0).padStart(8)}`);
  }
}

if (process.argv[2] === "--trial") console.log(JSON.stringify(trial(process.argv[3])));
else report(Number(process.argv[2] ?? 5));
