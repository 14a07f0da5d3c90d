// A seeded source of choices: the same seed gives the same run.

export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ number < 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** True once in `times`. */
  once(times) {
    return this.next() * times < 1;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  /** Up to `most` different elements, at least `least`, in a random order. */
  some(list, least, most) {
    const rest = [...list];
    const count = Math.min(this.between(least, most), rest.length);
    return Array.from({ length: count }, () => rest.splice(Math.floor(this.next() * rest.length), 1)[0]);
  }
}
