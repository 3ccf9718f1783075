/** The style sheet of the page: one column that suits phone and wide screen. */
import { baseStyle } from "./baseStyle.ts";

export const style: string = /* css */ `${baseStyle}
.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; list-style: none; padding: 0; margin: 14px 0; font-size: 0.92rem; color: var(--soft); }
.legend svg { vertical-align: middle; margin-right: 6px; }
.way { background: var(--panel); border-radius: 12px; padding: 16px 18px 10px; margin: 16px 0; }
.way.contender { box-shadow: inset 4px 0 0 var(--contender); }
.way.baseline { box-shadow: inset 4px 0 0 var(--baseline); }
.way .caption { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; }
.way .caption p { margin: 0; color: var(--soft); font-size: 0.92rem; }
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
.chart { width: 100%; min-height: 230px; }
.curve .chart { min-height: 340px; }
.scroll + figure.curve { margin-top: 32px; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
tr.contender th { color: var(--contender); } tr.baseline th { color: var(--baseline); }
.u-legend { pointer-events: none; }
@media print { button { display: none; } .scroll { overflow: visible; } table { font-size: 0.65rem; } th, td { padding: 3px 4px; } .way, .charts figure { break-inside: avoid; } }
`;
