/**
 * Transfers of the native engine: start, follow, cancel. All of this module runs on the JavaScript
 * thread; the threads that send are described in native/src/sys/engine.h. A small range that is in
 * the page cache is sent by the call that starts it (move.h: zc_move_at_once).
 */
import type { NativeAddon, TransferGroup } from "../native/binding.ts";

export type KernelPath = "sendfile" | "splice";

export interface KernelTransfer {
  /** Asks for an early end; `finished` follows at once, unless the kernel waits for a disk. */
  cancel(): void;
  /** Never rejects. `status`: 0 complete, {@link truncated}, {@link cancelled} or another `-errno`. */
  readonly finished: Promise<{ bytes: number; status: number }>;
}

export interface KernelTransferRequest {
  /** A connected, non-blocking stream socket. Duplicated before the call returns. */
  readonly socketFd: number;
  readonly fileFd: number;
  /** `st_dev` of the file, by which is known whether its file system may be read on this thread. */
  readonly device: number;
  readonly offset: number;
  readonly count: number;
  readonly path: KernelPath;
  /** About every 50 ms while bytes move. Must not throw. */
  readonly onMoved: (bytes: number) => void;
}

/** The file ended before `count` bytes: ZC_ETRUNCATED of move.h. */
export const truncated = -4096;
/** ECANCELED, on every architecture of Linux that Node runs on. */
export const cancelled = -125;

const moving = 1;
const viaOf: Record<KernelPath, number> = { sendfile: 0, splice: 1 };

interface Listener {
  onMoved(bytes: number): void;
  onFinished(bytes: number, status: number): void;
}

const listeners = new Map<number, Listener>();
let group: TransferGroup | undefined;

/** The transfer, or `-errno` when it could not be started; nothing has been sent then. */
export function startKernelTransfer(
  addon: NativeAddon,
  request: KernelTransferRequest,
): KernelTransfer | number {
  const { socketFd, fileFd, device, offset, count, path, onMoved } = request;
  const via = viaOf[path];
  return startKernelTask(addon, { count, onMoved }, (transfers) =>
    addon.startTransfer(transfers, socketFd, fileFd, offset, count, via, device),
  );
}

/**
 * Work of any kind for the sender thread. `start` answers with its id, 0 when all `count` bytes
 * have been moved already, `-errno`, or with the bytes that have been moved and what ended it.
 */
export function startKernelTask(
  addon: NativeAddon,
  { count, onMoved }: Pick<KernelTransferRequest, "count" | "onMoved">,
  start: (transfers: TransferGroup) => number | readonly [bytes: number, status: number],
): KernelTransfer | number {
  const transfers = (group ??= addon.openTransfers(dispatch));
  const id = start(transfers);
  if (typeof id !== "number") return ended(id[0], id[1]);
  if (id < 0) return id;
  if (id === 0) return ended(count, 0);
  const finished = new Promise<{ bytes: number; status: number }>((resolve) => {
    listeners.set(id, { onMoved, onFinished: (bytes, status) => resolve({ bytes, status }) });
  });
  return { finished, cancel: () => addon.cancelTransfer(transfers, id) };
}

function ended(bytes: number, status: number): KernelTransfer {
  return { finished: Promise.resolve({ bytes, status }), cancel() {} };
}

function dispatch(events: Float64Array, count: number): void {
  for (let index = 0; index < count; index++) {
    const id = events[3 * index]!;
    const bytes = events[3 * index + 1]!;
    const status = events[3 * index + 2]!;
    const listener = listeners.get(id);
    if (status === moving) {
      listener?.onMoved(bytes);
    } else {
      listeners.delete(id);
      listener?.onFinished(bytes, status);
    }
  }
}
