/**
 * Being there when a process ends, whatever ends it but the kernel, and whatever the program does to
 * listeners. Nothing of it is seen by the program: it has the listeners that it has added.
 *
 * So `process.emit`, through which Node tells every end, is stood in front of, and `process.reallyExit`,
 * which `process.exit` calls, for programs that exit while they are exiting. What kills a process that has
 * no listener for it is received without one, by telling Node that there were one.
 */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What `process.exit` ends in. Node does not document it; exit hooks of the ecosystem stand there too. */
interface Exiting {
  reallyExit(code?: number): never;
}

type Emit = (name: string | symbol, ...args: unknown[]) => boolean;

/** `finish` is called after the program's own listeners, and may be called more than once. */
export function atEnd(finish: () => void): void {
  const { kill } = process;
  const emit = process.emit.bind(process) as Emit;
  const reallyExit = (process as unknown as Exiting).reallyExit.bind(process);

  // Told to Node alone: a program may listen to who listens.
  const starts = (process as NodeJS.EventEmitter).listeners("newListener");
  const stops = (process as NodeJS.EventEmitter).listeners("removeListener");
  const receive = (signal: string): void => {
    for (const start of starts) start.call(process, signal);
  };
  const isOurs = (signal: unknown): signal is NodeJS.Signals =>
    (signals as readonly unknown[]).includes(signal) && process.listenerCount(String(signal)) === 0;

  const instead: Emit = (name, ...args) => {
    if (isOurs(name)) {
      finish();
      // Nobody receives it any more: what it does by default, it does now.
      for (const stop of stops) stop.call(process, name);
      kill(process.pid, name);
      return true;
    }
    try {
      return emit(name, ...args);
    } finally {
      if (name === "exit") finish();
      if (name === "removeListener" && isOurs(args[0])) receive(args[0]);
    }
  };
  replace("emit", instead);
  replace("reallyExit", (code?: number) => {
    finish();
    return reallyExit(code);
  });
  for (const signal of signals) receive(signal);
}

/** As it was, to those who list what `process` has. */
function replace(name: "emit" | "reallyExit", value: (...args: never[]) => unknown): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(process, name) ?? {};
  Object.defineProperty(process, name, { value, enumerable, writable: true, configurable: true });
}
