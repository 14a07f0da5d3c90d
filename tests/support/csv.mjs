// A strict reader of RFC 4180: CRLF ends every record, quotes are doubled, nothing else is forgiven.
import assert from 'node:assert/strict';

/** Rows of cells. */
export function parseCsv(text, separator = ',') {
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length) {
    const { cell, next } = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, separator);
    row.push(cell);
    at = next;
    if (text[at] === separator) {
      at += 1;
      continue;
    }
    assert.equal(text.slice(at, at + 2), '\r\n', `a cell ends with a separator or CRLF (at ${at})`);
    rows.push(row);
    row = [];
    at += 2;
  }
  assert.deepEqual(row, [], 'the last record ends with CRLF');
  return rows;
}

function quotedCell(text, start) {
  let cell = '';
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    assert.ok(quote >= 0, 'a quoted cell is closed');
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { cell, next: quote + 1 };
    cell += '"';
    at = quote + 2;
  }
}

function plainCell(text, start, separator) {
  let at = start;
  while (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') {
    assert.notEqual(text[at], '"', 'a quote stands in quoted cells only');
    at += 1;
  }
  return { cell: text.slice(start, at), next: at };
}
