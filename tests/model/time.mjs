// Time zones by Intl, ISO 8601 by hand: the model's own, shared with nothing.

const formats = new Map();

/** The local wall clock of an instant, as epoch milliseconds that pretend to be UTC. */
function wallClock(zone, ms) {
  if (!formats.has(zone)) {
    const fields = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    };
    formats.set(zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...fields }));
  }
  const parts = Object.fromEntries(
    formats
      .get(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((ms % 1000) + 1000) % 1000);
}

/** Milliseconds that local time is ahead of UTC. */
export function offsetAt(zone, ms) {
  return zone === 'UTC' ? 0 : wallClock(zone, ms) - ms;
}

/** The first instant of a local day ('YYYY-MM-DD'): where the local date first is that day or a later one. */
export function startOfDay(zone, date) {
  const key = `${zone} ${date}`;
  if (!starts.has(key)) starts.set(key, findStart(zone, date));
  return starts.get(key);
}

const starts = new Map();

function findStart(zone, date) {
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  const isReached = (ms) => ms + offsetAt(zone, ms) >= midnight;
  // No offset is over 15 hours, so the start is in between; whole minutes suffice for the zones of this
  // century.
  let low = midnight / 60_000 - 900;
  let high = midnight / 60_000 + 900;
  // The local clock may be set back over midnight, so the first minute that has the date is looked for around
  // the change.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isReached(middle * 60_000)) high = middle;
    else low = middle;
  }
  for (let earlier = high - 1; earlier >= high - 180; earlier -= 1) {
    if (isReached(earlier * 60_000)) high = earlier;
  }
  return high * 60_000;
}

/** The next calendar day. */
export function nextDay(date, days = 1) {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The last millisecond of a local day. */
export function endOfDay(zone, date) {
  return startOfDay(zone, nextDay(date)) - 1;
}

/** The local date of an instant. */
export function localDate(zone, ms) {
  return new Date(ms + offsetAt(zone, ms)).toISOString().slice(0, 10);
}

/** An instant in local time with its offset; UTC with Z. */
export function writeLocal(zone, ms) {
  if (zone === 'UTC') return new Date(ms).toISOString();
  const offset = offsetAt(zone, ms) / 60_000;
  const two = (number) => String(number).padStart(2, '0');
  const size = Math.abs(offset);
  const text = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
  return `${text}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
