/** Questions of which only the newest counts: it cancels the one that still runs, whose answer or failure is then nobody's. */
import { CancellationTokenSource } from 'vscode';
import type { CancellationToken } from 'vscode';

export interface Question<Answer> {
  readonly ask: (token: CancellationToken) => Promise<Answer>;
  readonly take: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
}

export interface Newest {
  readonly ask: <Answer>(question: Question<Answer>) => Promise<void>;
  readonly cancel: () => void;
}

export function createNewest(): Newest {
  let running: CancellationTokenSource | undefined;
  return {
    ask: async ({ ask, take, fail }) => {
      running?.cancel();
      const mine = new CancellationTokenSource();
      running = mine;
      try {
        const answer = await ask(mine.token);
        if (running === mine) take(answer);
      } catch (error) {
        if (running === mine) fail(error);
      } finally {
        mine.dispose();
        if (running === mine) running = undefined;
      }
    },
    cancel: () => running?.cancel(),
  };
}
