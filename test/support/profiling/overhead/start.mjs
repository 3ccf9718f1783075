// Says after how many milliseconds of the processor's and of the wall's time a program begins.
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now() }));
