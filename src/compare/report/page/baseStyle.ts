/** What the pages of all reports share: two colour schemes, text, tables, tiles, facts. */

const light = `
  --paper: #fdfdfc; --ink: #1c2024; --soft: #4a5563; --line: #d9dee5; --panel: #f3f5f8;
  --user: #fdf3e1; --box: #ffffff; --faint: #687587;
  --copy: #b3450b; --reference: #0b6e55; --device: #526070; --map: #6a4bc4;
  --baseline: #b3450b; --contender: #0b6e55; --other: #64748b;
  --other-0: #2f6fd0; --other-1: #8a4fc9; --other-2: #c2417c; --other-3: #64748b;`;

const dark = `
  --paper: #14171b; --ink: #eceff3; --soft: #b4beca; --line: #333a43; --panel: #1c2127;
  --user: #2b2418; --box: #20262d; --faint: #96a2b0;
  --copy: #ff9d5c; --reference: #4fd1a8; --device: #a6b3c2; --map: #b7a2ff;
  --baseline: #ff9d5c; --contender: #4fd1a8; --other: #93a1b3;
  --other-0: #7fb2ff; --other-1: #c39bff; --other-2: #ff8fbc; --other-3: #93a1b3;`;

/** Colours as the system wants them, unless `data-theme` of the root says otherwise. */
export function schemes(ofLight: string, ofDark: string): string {
  return /* css */ `
:root { color-scheme: light;${ofLight} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark;${ofDark} } }
:root[data-theme="dark"] { color-scheme: dark;${ofDark} }`;
}

export const baseStyle: string = /* css */ `${schemes(light, dark)}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 40px; }
h1 { font-size: clamp(1.6rem, 4.5vw, 2.5rem); line-height: 1.15; margin: 0 0 12px; text-wrap: balance; }
h2 { font-size: 1.35rem; margin: 56px 0 8px; }
h3 { font-size: 1.02rem; margin: 0; }
p { max-width: 68ch; margin: 8px 0; }
.lead { font-size: 1.15rem; color: var(--ink); }
.soft { color: var(--soft); }
a { color: inherit; }
code, pre { font: 0.9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--panel); border-radius: 8px; padding: 12px 14px; overflow-x: auto; }
:focus-visible { outline: 3px solid var(--map); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 16px; top: 12px; background: var(--paper); padding: 6px 10px; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 14px; margin: 26px 0 0; padding: 0; list-style: none; }
.tiles li { background: var(--panel); border-radius: 12px; padding: 16px 18px; }
.tiles .name { color: var(--soft); font-size: 0.92rem; }
.tiles .value { font-size: 2rem; font-weight: 650; line-height: 1.2; color: var(--contender); font-variant-numeric: tabular-nums; }
.tiles .before { color: var(--soft); font-size: 0.92rem; }

button { font: inherit; color: var(--ink); background: var(--box); border: 1px solid var(--faint); border-radius: 8px; padding: 6px 14px; cursor: pointer; }
button:hover { border-color: var(--ink); }
figcaption { font-weight: 600; font-size: 0.98rem; }
figcaption span { display: block; font-weight: 400; font-size: 0.87rem; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.86rem; font-variant-numeric: tabular-nums; width: 100%; }
caption { text-align: left; color: var(--soft); padding: 4px 0 8px; }
th, td { text-align: right; vertical-align: top; padding: 6px; border-bottom: 1px solid var(--line); white-space: nowrap; }
td small { display: block; color: var(--soft); font-size: 0.75rem; }
thead th { color: var(--soft); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 10px 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: 0.9rem; padding-top: 40px; padding-bottom: 48px; }
@media (min-width: 1800px) {
  html { font-size: 20px; }
  main, header, footer { max-width: 1440px; }
}
@media (max-width: 480px) { dl { grid-template-columns: 1fr; } dt { margin-top: 6px; } }
`;
