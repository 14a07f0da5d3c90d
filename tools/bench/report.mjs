// The table, for people and as JSON.

const two = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const bound = (limit) => (limit === null ? '' : 'least' in limit ? `≥ ${two(limit.least)}` : `≤ ${two(limit.most)}`);
const verdict = { true: 'yes', false: 'NO', null: '' };

const micros = (side) => (side?.microseconds ? two(side.microseconds) : '');
const peak = (side) => (side ? `${two(side.idle)} + ${two(Math.max(0, side.peak))}` : '');

const columns = [
  ['work', (row) => row.name],
  ['beside', (row) => row.beside ?? row.unit ?? ''],
  ['wanted', (row) => bound(row.limit)],
  ['median', (row) => two(row.median)],
  ['minimum', (row) => two(row.minimum)],
  ['maximum', (row) => two(row.maximum)],
  ['reached', (row) => verdict[row.reached]],
  ['CPU µs', (row) => micros(row.parley)],
  ['its CPU µs', (row) => micros(row.other)],
  ['MiB', (row) => peak(row.parley)],
  ['its MiB', (row) => peak(row.other)],
];

/** The lines as a Markdown table whose columns also line up on a terminal. */
export function table(lines) {
  const cells = [columns.map(([title]) => title), ...lines.map((row) => columns.map(([, text]) => text(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const shown = cells.map((row) => `| ${row.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`);
  shown.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return shown.join('\n');
}
