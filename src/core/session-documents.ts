/** The documents that an editor holds open over the files of a session's tree: each is seen in its file's place, as it is typed. */
import { createDefects, type Defect } from './analysis/defects.js';
import type { Diagnoses } from './analysis/diagnoses.js';
import type { Sources, TextEdit } from './analysis/sources.js';
import type { Worlds } from './session-worlds.js';
import type { CParser } from './syntax/parser.js';

export interface DocumentPorts {
  readonly parser: CParser;
  readonly sources: Sources;
  readonly worlds: Pick<Worlds, 'changed' | 'edited'>;
  readonly diagnoses: Pick<Diagnoses, 'forget' | 'edited'>;
}

export interface Documents {
  readonly isOpen: (path: string) => boolean;
  /** The text of a file is another now: forgets what rests on it. */
  readonly changed: (path: string) => void;
  readonly open: (path: string, text: string) => void;
  /** Edits of one list apply one after the other. An edit inside of one function forgets less than another text. */
  readonly edit: (path: string, edits: readonly TextEdit[]) => void;
  readonly close: (path: string) => void;
  /** Places that could not be parsed; of a file that is not open, none. */
  readonly defectsIn: (path: string) => readonly Defect[];
}

export function createDocuments({ parser, sources, worlds, diagnoses }: DocumentPorts): Documents {
  const opened = new Set<string>();
  const defects = createDefects(parser);
  const changed = (path: string): void => {
    worlds.changed(path);
    diagnoses.forget();
  };
  return {
    isOpen: (path) => opened.has(path),
    changed,
    open: (path, text) => {
      opened.add(path);
      sources.open(path, text);
      changed(path);
    },
    edit: (path, edits) => {
      const edit = sources.edit(path, edits);
      if (!edit) return changed(path);
      if (!worlds.edited(path, edit)) return changed(path);
      diagnoses.edited(edit);
    },
    close: (path) => {
      opened.delete(path);
      defects.close(path);
      sources.close(path);
      changed(path);
    },
    defectsIn: (path) => (opened.has(path) ? defects.ofDocument(path, sources.read(path) ?? '') : []),
  };
}
