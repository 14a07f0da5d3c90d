// Measurements in pairs, and what a row of the table is made of.

/**
 * Runs the two works in turn, the order changing from pair to pair, so that neither has the quieter half of the
 * machine's time. Gives [{ parley, other }].
 */
export async function inPairs(bench, parley, other) {
  const pairs = [];
  for (let i = 0; i < bench.pairs; i += 1) {
    const pair = {};
    const both = [['parley', parley], ['other', other]];
    for (const [side, work] of i % 2 === 0 ? both : both.reverse()) pair[side] = await work();
    pairs.push(pair);
  }
  return pairs;
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
  return { minimum: sorted[0], median, maximum: sorted.at(-1) };
}

/** What one side cost: processor microseconds for a request, most memory over idle, in MiB. */
function cost(results) {
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  return {
    microseconds: (sum('processor') * 1e6) / sum('requests'),
    idle: results[0].idle,
    peak: Math.max(...results.map((result) => result.peak - results[0].idle)),
  };
}

/**
 * A line of the table. `limit` is `{ least }` or `{ most }`, the bound for the ratio, or null where it is only
 * measured; `ratio` gets a pair.
 */
export function line(name, limit, pairs, ratio, beside = 'nginx') {
  const values = spread(pairs.map(ratio));
  const reached = limit === null ? null : 'least' in limit ? values.median >= limit.least : values.median <= limit.most;
  return {
    name, limit, beside, pairs: pairs.length, ...values, reached,
    parley: cost(pairs.map((pair) => pair.parley)),
    other: cost(pairs.map((pair) => pair.other)),
  };
}

/** How many times the other's work Parley did in the same time, and how many times its time it took. */
export const byRate = ({ parley, other }) => parley.rate / other.rate;
export const byTime = ({ parley, other }) => other.rate / parley.rate;
export const byTail = ({ parley, other }) => parley.p99 / other.p99;

/** A line that is no ratio: one figure of Parley's own. */
export function figure(name, limit, unit, values) {
  const spreaded = spread(values);
  const reached = limit === null ? null : 'least' in limit ? spreaded.median >= limit.least : spreaded.median <= limit.most;
  return { name, limit, unit, pairs: values.length, ...spreaded, reached };
}
