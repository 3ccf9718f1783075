// Loaded before the profiler (`node -r`), it makes timers SLOWDOWN times slower, as everything else is under callgrind.
const slowdown = Number(process.env.SLOWDOWN);
for (const name of ["setTimeout", "setInterval"]) {
  const set = globalThis[name];
  globalThis[name] = (listener, ms, ...values) => set(listener, ms * slowdown, ...values);
}
