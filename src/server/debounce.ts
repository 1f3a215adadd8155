/** Runs an action once per key after a rest: a later call for the same key starts the rest anew. */

export interface Debouncer {
  readonly schedule: (key: string, ms: number, action: () => void) => void;
  readonly cancel: (key: string) => void;
  readonly dispose: () => void;
}

export function createDebouncer(): Debouncer {
  const waiting = new Map<string, NodeJS.Timeout>();
  const cancel = (key: string): void => {
    clearTimeout(waiting.get(key));
    waiting.delete(key);
  };
  return {
    schedule: (key, ms, action) => {
      cancel(key);
      const run = (): void => {
        waiting.delete(key);
        action();
      };
      waiting.set(key, setTimeout(run, ms));
    },
    cancel,
    dispose: () => [...waiting.keys()].forEach(cancel),
  };
}
