/** An exact set of states: every state is kept and compared byte for byte, so that "none" has no hash collision in it. */

export interface StateStore {
  readonly count: number;
  /** Number of the state in `words`; negative, -1 - number, when it was there already. */
  add(): number;
  /** Loads a state into `words`. */
  load(state: number): void;
  /** Bytes that the store occupies. */
  bytes(): number;
}

const CHUNK_BITS = 12;
const CHUNK = 1 << CHUNK_BITS;

/** `words` is the buffer of the machine: states are added from it and loaded into it. */
export function createStore(words: Int32Array): StateStore {
  const width = words.length;
  const chunks: Int32Array[] = [];
  let slots = new Int32Array(1 << 12);
  let count = 0;

  const hash = (from: Int32Array, at: number): number => {
    let h = 0x9e3779b9 | 0;
    for (let i = 0; i < width; i++) {
      h = Math.imul(h ^ (from[at + i] ?? 0), 0x85ebca6b);
      h ^= h >>> 15;
    }
    h = Math.imul(h, 0xc2b2ae35);
    return h ^ (h >>> 16);
  };
  const grow = (): void => {
    const old = slots;
    slots = new Int32Array(old.length * 2);
    const mask = slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      const chunk = chunks[(entry - 1) >> CHUNK_BITS];
      if (chunk === undefined) continue;
      let slot = hash(chunk, ((entry - 1) & (CHUNK - 1)) * width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
  };

  return {
    get count() {
      return count;
    },
    add: () => {
      const mask = slots.length - 1;
      let slot = hash(words, 0) & mask;
      for (let entry = slots[slot] ?? 0; entry !== 0; entry = slots[slot] ?? 0) {
        const chunk = chunks[(entry - 1) >> CHUNK_BITS];
        const at = ((entry - 1) & (CHUNK - 1)) * width;
        let i = 0;
        if (chunk !== undefined) while (i < width && chunk[at + i] === words[i]) i++;
        if (i === width) return -entry;
        slot = (slot + 1) & mask;
      }
      const state = count++;
      if (state >> CHUNK_BITS === chunks.length) chunks.push(new Int32Array(CHUNK * width));
      chunks[state >> CHUNK_BITS]?.set(words, (state & (CHUNK - 1)) * width);
      slots[slot] = state + 1;
      if (count * 4 > slots.length * 3) grow();
      return state;
    },
    load: (state) => {
      const chunk = chunks[state >> CHUNK_BITS];
      const at = (state & (CHUNK - 1)) * width;
      if (chunk !== undefined) for (let i = 0; i < width; i++) words[i] = chunk[at + i] ?? 0;
    },
    bytes: () => 4 * (chunks.length * CHUNK * width + slots.length),
  };
}

/** A growing list of integers, four bytes each. */
export interface IntList {
  readonly length: number;
  push(value: number): void;
  at(index: number): number;
  set(index: number, value: number): void;
}

export function createIntList(): IntList {
  let values = new Int32Array(1 << 12);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push: (value) => {
      if (length === values.length) {
        const larger = new Int32Array(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    at: (index) => values[index] ?? 0,
    set: (index, value) => {
      values[index] = value;
    },
  };
}
