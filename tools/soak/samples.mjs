// What the server's process holds, over time, and whether it is flat.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** MiB an hour that still count as flat: a tenth of what an idle server holds, in a working day. */
export const flatMibPerHour = 1;
/** MiB by which resident memory moves about in minutes anyway: growth below it is no growth yet. */
export const noiseMib = 8;
/** MiB of write-ahead log that are well: it is begun anew at 64, which a busy writer passes by a little. */
export const mostLogMib = 96;

/** The slope of a line through points [x, y] by least squares; 0 where there is no line. */
export function slope(points) {
  const count = points.length;
  if (count < 2) return 0;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

/** The second half of [hours, MiB] points: its slope, and how much that is over the half. */
export function secondHalf(points) {
  if (points.length === 0) return { mibPerHour: 0, growth: 0 };
  const middle = (points[0][0] + points.at(-1)[0]) / 2;
  const half = points.filter(([hours]) => hours >= middle);
  const mibPerHour = slope(half);
  return { mibPerHour, growth: mibPerHour * (half.at(-1)[0] - half[0][0]) };
}

export const isFlat = ({ mibPerHour, growth }) => mibPerHour <= flatMibPerHour || growth <= noiseMib;

export class Samples {
  #taken = [];
  #start = Date.now();

  constructor(pid, storeFolder, minutes) {
    this.pid = pid;
    this.folder = storeFolder;
    this.minutes = minutes;
  }

  /** Looks once. Of a process that has gone the last look is given. */
  take() {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      this.#taken.push({
        hours: (Date.now() - this.#start) / 3_600_000,
        residentMib: Number(/^VmRSS:\s*(\d+)/m.exec(status)[1]) / 1024,
        logMib: this.#logBytes() / 1024 / 1024,
        descriptors: readdirSync(`/proc/${this.pid}/fd`).length,
      });
    } catch (error) {
      if (this.#taken.length === 0) throw error;
    }
    return this.#taken.at(-1);
  }

  #logBytes() {
    const logs = readdirSync(this.folder).filter((name) => name.endsWith('-wal'));
    return logs.reduce((sum, name) => sum + statSync(join(this.folder, name)).size, 0);
  }

  line({ hours, residentMib, logMib, descriptors }) {
    const passed = `${(hours * 60).toFixed(1)} of ${this.minutes} min`.padEnd(18);
    return `${passed} memory ${residentMib.toFixed(1)} MiB, log ${logMib.toFixed(1)} MiB, ${descriptors} descriptors`;
  }

  #memory() {
    return secondHalf(this.#taken.map(({ hours, residentMib }) => [hours, residentMib]));
  }

  summary() {
    const most = (name) => Math.max(...this.#taken.map((sample) => sample[name]));
    const { mibPerHour, growth } = this.#memory();
    return [
      `memory       ${this.#taken[0].residentMib.toFixed(1)} MiB at first, ${most('residentMib').toFixed(1)} MiB at the most`,
      `second half  ${mibPerHour.toFixed(2)} MiB an hour by least squares, ${growth.toFixed(2)} MiB in all`,
      `log          ${most('logMib').toFixed(1)} MiB at the most`,
      `descriptors  ${most('descriptors')} at the most`,
    ].join('\n');
  }

  faults() {
    const faults = [];
    const { mibPerHour, growth } = this.#memory();
    if (!isFlat({ mibPerHour, growth })) {
      faults.push(`memory is not flat: ${mibPerHour.toFixed(1)} MiB an hour, where ${flatMibPerHour} are`);
    }
    const log = Math.max(...this.#taken.map(({ logMib }) => logMib));
    if (log > mostLogMib) faults.push(`the write-ahead log reached ${log.toFixed(1)} MiB`);
    return faults;
  }
}
