/** A function that asks once. */
export interface Remembered<V> {
  (name: string): V;
  forget(): void;
}

/** Remembers the answers of `ask` until it is told to forget them. */
export function remembered<V>(ask: (name: string) => V): Remembered<V> {
  const known = new Map<string, V>();
  const answerOf = (name: string): V => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const answer = ask(name);
    known.set(name, answer);
    return answer;
  };
  return Object.assign(answerOf, {
    forget: () => {
      known.clear();
    },
  });
}
