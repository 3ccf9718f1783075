/**
 * A recording as pprof reads it (github.com/google/pprof, proto/profile.proto), and with it every viewer that
 * takes its files: `go tool pprof`, speedscope, Pyroscope, Grafana, Perfetto.
 */
import { gzipSync } from "node:zlib";
import { Profile, StringTable } from "pprof-format";
import type { FunctionInput, LocationInput, SampleInput } from "pprof-format";
import { kindOf } from "../model.ts";
import type { FrameRecord, Kind, OriginRecord, Recording, StackRecord } from "../model.ts";
import { unsampledOf } from "../sites.ts";

/**
 * A recording in pprof's format, gzipped: by stack, the bytes that were copied, those that the kernel has
 * moved, and the samples. The bytes add up to the counts of the recording.
 *
 * Samples are labelled with `thread`, `kind`, `call` and, where the program was not on the stack, `origin`: the
 * stack that started the operation then calls it, through a frame of the operation's name.
 *
 * *Copies:* none. *Complexity:* O(frames of all stacks).
 *
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * import { startProfile, toPprof } from "zerocopy/profile";
 *
 * const profile = startProfile();
 * Buffer.concat([Buffer.alloc(1 << 24)]);
 * writeFileSync("copies.pb.gz", toPprof(profile.stop())); // go tool pprof -top -lines copies.pb.gz
 * ```
 */
export function toPprof(recording: Recording): Uint8Array {
  const writer = new PprofWriter(recording);
  for (const stack of recording.stacks) writer.addStack(stack);
  for (const [call, bytes] of unsampledOf(recording)) writer.addUnsampled(call, bytes);
  return gzipSync(writer.encode());
}

/** Of a string, function or location; of functions and locations from 1. */
type Id = number;

/** The only mapping: pprof shows its name, and looks for no binary because it is complete. */
const program = 1;

interface Labels {
  readonly kind: Kind;
  readonly call: string;
  readonly thread?: string;
  origin?: string;
}

class PprofWriter {
  readonly #recording: Recording;
  readonly #strings = new StringTable();
  readonly #functions: FunctionInput[] = [];
  readonly #locations: LocationInput[] = [];
  readonly #samples: SampleInput[] = [];
  /** Of locations, by function and line in one number: a large recording asks for millions. */
  readonly #frames = new Map<number, Id>();
  readonly #ids = new Map<string, Id>();
  /** What rounding has left over, so that the whole is exact. */
  #rest = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  addStack({ thread, call, kind, samples, bytes, frames, origin }: StackRecord): void {
    const { tid, kind: threadKind } = this.#recording.threads[thread]!;
    const locations = frames.map((frame) => this.#frameId(frame));
    const labels: Labels = { thread: `${threadKind} ${tid}`, kind, call };
    const started = this.#recording.origins[origin];
    if (started) {
      labels.origin = this.#placeOf(started);
      locations.push(this.#namedId(`(${started.operation})`));
      locations.push(...started.frames.map((frame) => this.#frameId(frame)));
    }
    if (locations.length === 0) locations.push(this.#namedId("(unknown)"));
    this.#add(locations, bytes, samples, labels);
  }

  addUnsampled(call: string, bytes: number): void {
    this.#add([this.#namedId("(not sampled)")], bytes, 0, { kind: kindOf(call), call });
  }

  encode(): Uint8Array {
    const { startedAt, durationMs, options, blindSpots, tier } = this.#recording;
    const text = (value: string): Id => this.#strings.dedup(value);
    const copies = { type: text("copies"), unit: text("bytes") };
    const comments = [`tier: ${tier}`, ...blindSpots.map((spot) => `not counted: ${spot}`)];
    return new Profile({
      sampleType: [
        { type: text("samples"), unit: text("count") },
        { type: text("moved"), unit: text("bytes") },
        copies,
      ],
      defaultSampleType: copies.type,
      sample: this.#samples,
      mapping: [
        {
          id: program,
          filename: text(this.#recording.program.command[0] ?? "node"),
          hasFunctions: true,
          hasFilenames: true,
          hasLineNumbers: true,
        },
      ],
      location: this.#locations,
      function: this.#functions,
      stringTable: this.#strings,
      timeNanos: BigInt(Date.parse(startedAt) || 0) * 1_000_000n,
      durationNanos: Math.round(durationMs * 1e6),
      periodType: copies,
      period: options.bytesPerSample,
      comment: comments.map(text),
    }).encode();
  }

  #add(locationId: Id[], bytes: number, samples: number, labels: Labels): void {
    const whole = Math.round(bytes + this.#rest);
    this.#rest += bytes - whole;
    const value = labels.kind === "moved" ? [samples, whole, 0] : [samples, 0, whole];
    const label = Object.entries(labels).map(([key, text]) => ({
      key: this.#strings.dedup(key),
      str: this.#strings.dedup(text),
    }));
    this.#samples.push({ locationId, value, label });
  }

  #frameId([fn, line]: FrameRecord): Id {
    const place = fn * 2 ** 24 + line;
    let id = this.#frames.get(place);
    if (id === undefined) {
      const { name, file, line: startLine } = this.#recording.functions[fn]!;
      const functionId = this.#functionId(`${fn}`, name || "(anonymous)", file, startLine);
      id = this.#addLocation(functionId, line);
      this.#frames.set(place, id);
    }
    return id;
  }

  /** A place that is no function. */
  #namedId(name: string): Id {
    return this.#idOf(`name ${name}`, () =>
      this.#addLocation(this.#functionId(name, name, "", 0), 0),
    );
  }

  #functionId(key: string, name: string, file: string, startLine: number): Id {
    return this.#idOf(`function ${key}`, () => {
      const id = this.#functions.length + 1;
      const text = this.#strings.dedup(name);
      const filename = this.#strings.dedup(file);
      // Without a system name: pprof would take `(anonymous)` for the parameters of C++, and leave it out.
      this.#functions.push({ id, name: text, filename, startLine });
      return id;
    });
  }

  #addLocation(functionId: Id, line: number): Id {
    const id = this.#locations.length + 1;
    this.#locations.push({ id, mappingId: program, line: [{ functionId, line }] });
    return id;
  }

  #idOf(key: string, add: () => Id): Id {
    const id = this.#ids.get(key) ?? add();
    this.#ids.set(key, id);
    return id;
  }

  /** `TCPWRAP /srv/app/server.js:12`. */
  #placeOf({ operation, frames }: OriginRecord): string {
    const { functions } = this.#recording;
    const user = frames.find(
      ([fn]) => functions[fn]!.kind === "user" && functions[fn]!.file !== "",
    );
    return user ? `${operation} ${functions[user[0]]!.file}:${user[1]}` : operation;
  }
}
