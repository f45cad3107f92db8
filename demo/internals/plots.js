// Rates, round trip and what waits, over the last minutes, as uPlot draws them.
import uPlot from './uPlot.esm.js';
import { bytesText, clockText, make } from './make.js';

const pointsMax = 300;
const height = 120;
const wholeSteps = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((one) => one * 10 ** power)).flat();
const kinds = [
  { title: 'Rate', lines: ['Sent', 'Received'], text: (value) => `${bytesText(value)}/s` },
  { title: 'Round trip', lines: ['ms'], text: (value) => `${value.toFixed(1)} ms` },
  { title: 'Waiting to be sent', lines: ['Bytes'], text: bytesText, incrs: wholeSteps },
];

export class Plots {
  #times = [];
  #series = kinds.map(({ lines }) => lines.map(() => []));
  #plots = null;
  #boxes = kinds.map(({ title }) => make('div', { className: 'plot', attributes: { role: 'img', 'aria-label': title } }, make('h4', { textContent: title })));
  #last = null;
  #values = null;

  constructor() {
    this.element = make('div', { className: 'plots' }, ...this.#boxes);
    new ResizeObserver(() => this.#size()).observe(this.element);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#recolour());
  }

  add(time, { bytesSent, bytesReceived, roundTripMs, bufferedBytes }) {
    const last = this.#last;
    this.#last = { time, bytesSent, bytesReceived };
    if (!last || time <= last.time) return;
    const rate = (now, then) => Math.max(0, ((now - then) * 1000) / (time - last.time));
    const values = [[rate(bytesSent, last.bytesSent), rate(bytesReceived, last.bytesReceived)], [roundTripMs], [bufferedBytes]];
    push(this.#times, time / 1000);
    for (const [i, lines] of values.entries()) for (const [j, value] of lines.entries()) push(this.#series[i][j], value);
    this.#values = values;
    this.#draw();
  }

  #draw() {
    const values = this.#values;
    this.#plots ??= kinds.map((kind, i) => plotOf(kind, this.#boxes[i]));
    for (const [i, plot] of this.#plots.entries()) {
      plot.setData([this.#times, ...this.#series[i]]);
      this.#boxes[i].setAttribute('aria-label', `${kinds[i].title}: ${kinds[i].lines.map((line, j) => `${line} ${values[i][j] === null ? 'unknown' : kinds[i].text(values[i][j])}`).join(', ')}`);
    }
  }

  // Colours are taken when a plot is made.
  #recolour() {
    for (const plot of this.#plots ?? []) plot.destroy();
    this.#plots = null;
    if (this.#values) this.#draw();
  }

  #size() {
    for (const [i, plot] of (this.#plots ?? []).entries()) plot.setSize({ width: Math.max(100, this.#boxes[i].clientWidth), height });
  }
}

function plotOf({ lines, text, incrs }, box) {
  const style = getComputedStyle(document.body);
  const ink = style.getPropertyValue('--soft');
  const grid = { stroke: style.getPropertyValue('--line'), width: 1 };
  const colours = [style.getPropertyValue('--plot-a'), style.getPropertyValue('--plot-b')];
  const axis = { stroke: ink, grid, ticks: grid, font: '11px system-ui' };
  return new uPlot({
    width: Math.max(100, box.clientWidth),
    height,
    cursor: { y: false },
    legend: { show: lines.length > 1, live: false },
    scales: { y: { range: (_, low, top) => [0, Math.max(top, 1) * 1.1] } },
    axes: [{ ...axis, space: 70, values: (_, ticks) => ticks.map(clockText) }, { ...axis, size: 64, space: 24, ...(incrs && { incrs }), values: (_, ticks) => ticks.map(text) }],
    series: [{}, ...lines.map((label, i) => ({ label, stroke: colours[i], width: 2, points: { show: false }, value: (_, value) => (value === null ? '' : text(value)) }))],
  }, [[], ...lines.map(() => [])], box);
}

function push(list, value) {
  list.push(value);
  if (list.length > pointsMax) list.shift();
}
