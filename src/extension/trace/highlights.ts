/**
 * The line of each lane's current step, marked in the editors that show its file: one colour a lane, with the lane's name behind
 * the line. Marks follow the trace; they never open or focus an editor, and they go when the trace goes.
 */
import type { TextEditorDecorationType } from 'vscode';
import { OverviewRulerLane, Range, TextEditorRevealType, ThemeColor, window } from 'vscode';
import { placeOf } from './places.js';

export interface LanePlace {
  readonly lane: string;
  readonly at: string;
}

export interface Highlights {
  readonly dispose: () => void;
  readonly show: (root: string, places: readonly LanePlace[]) => void;
  readonly clear: () => void;
}

const COLOURS = ['charts.blue', 'charts.orange', 'charts.purple', 'charts.green'];

export function createHighlights(): Highlights {
  const types = new Map<string, TextEditorDecorationType>();
  let shown: { readonly root: string; readonly places: readonly LanePlace[] } = { root: '', places: [] };

  const typeOf = (lane: string): TextEditorDecorationType => {
    const known = types.get(lane);
    if (known !== undefined) return known;
    const colour = new ThemeColor(COLOURS[types.size % COLOURS.length] ?? 'charts.blue');
    const type = window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new ThemeColor('editor.findMatchHighlightBackground'),
      borderColor: colour,
      borderStyle: 'solid',
      borderWidth: '0 0 0 4px',
      overviewRulerColor: colour,
      overviewRulerLane: OverviewRulerLane.Full,
      after: { contentText: `  ⟵ ${lane}`, color: colour, fontStyle: 'italic' },
    });
    types.set(lane, type);
    return type;
  };

  function draw(reveal: boolean): void {
    const places = shown.places.flatMap(({ lane, at }) => {
      const place = placeOf(shown.root, at);
      return place === undefined ? [] : [{ ...place, type: typeOf(lane) }];
    });
    for (const editor of window.visibleTextEditors) {
      const here = places.filter(({ uri }) => uri.toString() === editor.document.uri.toString());
      for (const type of types.values()) {
        const lines = here.filter((place) => place.type === type && place.line < editor.document.lineCount);
        editor.setDecorations(
          type,
          lines.map(({ line }) => new Range(line, 0, line, 0)),
        );
      }
      const [last] = here.slice(-1);
      if (reveal && last !== undefined && last.line < editor.document.lineCount) {
        editor.revealRange(
          new Range(last.line, 0, last.line, 0),
          TextEditorRevealType.InCenterIfOutsideViewport,
        );
      }
    }
  }

  const redraw = window.onDidChangeVisibleTextEditors(() => draw(false));
  return {
    show: (root, places) => {
      shown = { root, places };
      draw(true);
    },
    clear: () => {
      shown = { root: '', places: [] };
      draw(false);
    },
    dispose: () => {
      redraw.dispose();
      for (const type of types.values()) type.dispose();
    },
  };
}
