/** WebAssembly's memory, of which Node's types know nothing. */
export interface Pages {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface PagesOptions {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

interface Platform {
  readonly WebAssembly: { readonly Memory: new (options: PagesOptions) => Pages };
}

export function wasmMemory(options: PagesOptions): Pages {
  const { WebAssembly } = globalThis as unknown as Platform;
  return new WebAssembly.Memory(options);
}
