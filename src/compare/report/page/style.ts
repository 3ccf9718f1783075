/** The style sheet of the page: two colour schemes, one column that suits phone and wide screen. */
export const style: string = /* css */ `
:root {
  color-scheme: light dark;
  --paper: #fdfdfc; --ink: #1c2024; --soft: #4a5563; --line: #d9dee5; --panel: #f3f5f8;
  --user: #fdf3e1; --box: #ffffff; --faint: #687587;
  --copy: #b3450b; --reference: #0b6e55; --device: #526070; --map: #6a4bc4;
  --baseline: #b3450b; --contender: #0b6e55; --other: #64748b;
  --other-0: #2f6fd0; --other-1: #8a4fc9; --other-2: #c2417c; --other-3: #64748b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --ink: #eceff3; --soft: #b4beca; --line: #333a43; --panel: #1c2127;
    --user: #2b2418; --box: #20262d; --faint: #96a2b0;
    --copy: #ff9d5c; --reference: #4fd1a8; --device: #a6b3c2; --map: #b7a2ff;
    --baseline: #ff9d5c; --contender: #4fd1a8; --other: #93a1b3;
    --other-0: #7fb2ff; --other-1: #c39bff; --other-2: #ff8fbc; --other-3: #93a1b3;
  }
}
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

.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; list-style: none; padding: 0; margin: 14px 0; font-size: 0.92rem; color: var(--soft); }
.legend svg { vertical-align: middle; margin-right: 6px; }
.way { background: var(--panel); border-radius: 12px; padding: 16px 18px 10px; margin: 16px 0; }
.way.contender { box-shadow: inset 4px 0 0 var(--contender); }
.way.baseline { box-shadow: inset 4px 0 0 var(--baseline); }
.way .caption { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; }
.way .caption p { margin: 0; color: var(--soft); font-size: 0.92rem; }
button { font: inherit; color: var(--ink); background: var(--box); border: 1px solid var(--faint); border-radius: 8px; padding: 6px 14px; cursor: pointer; }
button:hover { border-color: var(--ink); }
.hops { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; margin: 0; }

.route { display: block; width: 100%; height: auto; margin-top: 10px; }
.route.standing { display: none; max-width: 340px; margin-inline: auto; }
@media (max-width: 720px) { .route.lying { display: none; } .route.standing { display: block; } }
.route text { font-size: 13px; fill: var(--soft); }
.route.standing text { font-size: 12px; }
.route .side { font-size: 12px; fill: var(--soft); letter-spacing: 0.02em; }
.user-space { fill: var(--user); }
.station rect { fill: var(--box); stroke: var(--faint); stroke-width: 1.4; }
.station text { text-anchor: middle; fill: var(--ink); font-weight: 550; }
.station.device rect { fill: none; }
.station.mapped rect { stroke: var(--map); stroke-dasharray: 5 4; }
.station.unused rect { fill: none; stroke: var(--line); stroke-dasharray: 3 5; }
.station.unused text { fill: var(--faint); font-weight: 400; }
.hop path { fill: none; stroke-width: 3; }
.hop .main { font-weight: 650; }
.hop.copy path { stroke: var(--copy); } .hop.copy .main { fill: var(--copy); }
.hop.reference path { stroke: var(--reference); stroke-dasharray: 9 6; } .hop.reference .main { fill: var(--reference); }
.hop.map path { stroke: var(--map); stroke-dasharray: 2 6; stroke-linecap: round; } .hop.map .main { fill: var(--map); }
.hop.device path { stroke: var(--device); stroke-width: 2; }
.switch circle { fill: var(--paper); stroke: var(--faint); }
.hop .switch path { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: none; }
.head path { stroke: none; }
.head.copy path { fill: var(--copy); } .head.reference path { fill: var(--reference); }
.head.map path { fill: var(--map); } .head.device path { fill: var(--device); }
.block rect { stroke-width: 1.4; }
.block.buffer rect { fill: var(--box); stroke: var(--faint); }
.block.copy rect { fill: var(--copy); stroke: var(--copy); }
.block.view rect { fill: none; stroke: var(--reference); stroke-dasharray: 5 4; }
.block .main { font-weight: 650; }
.block.copy .main { fill: var(--copy); } .block.view .main { fill: var(--reference); }
.byte { opacity: 0; stroke: var(--ink); stroke-width: 2; }
.playing .byte { opacity: 1; }
.hop.copy .byte { fill: var(--copy); } .hop.device .byte { fill: var(--device); }
.hop.reference .byte, .hop.map .byte { fill: var(--box); stroke: var(--reference); stroke-width: 3; }
.hop.map .byte { stroke: var(--map); }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 18px; }
.charts figure, figure.curve { margin: 0; background: var(--panel); border-radius: 12px; padding: 14px 14px 8px; min-width: 0; }
figcaption { font-weight: 600; font-size: 0.98rem; }
figcaption span { display: block; font-weight: 400; font-size: 0.87rem; color: var(--soft); }
.chart { width: 100%; min-height: 230px; }
.curve .chart { min-height: 340px; }
.scroll { overflow-x: auto; }
.scroll + figure.curve { margin-top: 32px; }
table { border-collapse: collapse; font-size: 0.86rem; font-variant-numeric: tabular-nums; width: 100%; }
caption { text-align: left; color: var(--soft); padding: 4px 0 8px; }
th, td { text-align: right; vertical-align: top; padding: 6px; border-bottom: 1px solid var(--line); white-space: nowrap; }
td small { display: block; color: var(--soft); font-size: 0.75rem; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
thead th { color: var(--soft); font-weight: 600; }
tr.contender th { color: var(--contender); } tr.baseline th { color: var(--baseline); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 10px 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: 0.9rem; padding-top: 40px; padding-bottom: 48px; }
@media (min-width: 1800px) {
  html { font-size: 20px; }
  main, header, footer { max-width: 1440px; }
}
@media (max-width: 480px) { dl { grid-template-columns: 1fr; } dt { margin-top: 6px; } }
.u-legend { pointer-events: none; }
@media print { button { display: none; } .scroll { overflow: visible; } table { font-size: 0.65rem; } th, td { padding: 3px 4px; } .way, .charts figure { break-inside: avoid; } }
`;
