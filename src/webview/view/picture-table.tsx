/** One page table of the picture: its word, its entries, and who was at them last. */
import type { Lane } from '../model/lanes.js';
import type { Picture, TablePicture } from '../model/picture.js';
import type { Box } from '../model/picture-layout.js';
import { TABLE_WORDS } from '../model/words.js';
import type { Story } from '../model/story.js';
import type { StoryView } from './context.js';
import { useTranslate } from './translated.js';

/** The lanes that touched this place last. */
export const lanesAt = (
  story: Story,
  picture: Picture,
  page: string,
  index: number | null,
): readonly Lane[] =>
  story.lanes.filter((lane) =>
    picture.cursors.some(
      (cursor) => cursor.lane === lane.name && cursor.page === page && cursor.index === index,
    ),
  );

/** A lane's badge where it was last: `0` for CPU 0, in the lane's colour. */
function Cursor({ lane }: { readonly lane: Lane }) {
  const t = useTranslate();
  return (
    <span class={`cursor role-${lane.role}`} title={t('{0} was here last', `${lane.cpu} (${lane.name})`)}>
      <span aria-hidden="true">{lane.cpu.replace('CPU ', '')}</span>
      <span class="sr-only"> {t('{0} was here last', lane.cpu)}</span>
    </span>
  );
}

/** Lanes whose last step touched the table as a whole. */
export function WholeCursors({ box, lanes }: { readonly box: Box; readonly lanes: readonly Lane[] }) {
  if (lanes.length === 0) return null;
  return (
    <p
      class="whole-cursors"
      style={{ left: `${box.x}px`, top: `${box.y + box.height}px`, width: `${box.width}px` }}
    >
      {lanes.map((lane) => (
        <Cursor key={lane.name} lane={lane} />
      ))}
    </p>
  );
}

export function Table({
  box,
  picture,
  story,
  state,
  dispatch,
}: StoryView & { readonly box: Box; readonly picture: Picture }) {
  const t = useTranslate();
  const { table } = box;
  const { letter, meaning } = TABLE_WORDS[table.word];
  const isInspected = state.subject?.kind === 'table' && state.subject.name === table.name;
  const isChanged = table.wordBefore !== null;
  return (
    <button
      type="button"
      class={`table word-${table.word} ${isChanged ? 'changed' : ''}`}
      style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` }}
      aria-pressed={isInspected}
      title={t('{0}: {1}. Press for its history.', table.word, t(meaning))}
      onClick={() =>
        dispatch({ type: 'inspect', subject: isInspected ? null : { kind: 'table', name: table.name } })
      }
    >
      <span class="table-head">
        <span class="table-name">
          <code>{table.name}</code>
          {table.name === table.level ? null : <span class="level">{table.level}</span>}
        </span>
        <span class="word">
          <span aria-hidden="true">{letter} </span>
          {table.word}
          {isChanged && <Delta />}
        </span>
      </span>
      {table.entries.length > 0 && (
        <Entries table={table} at={(index) => lanesAt(story, picture, table.name, index)} />
      )}
    </button>
  );
}

function Entries({
  table,
  at,
}: {
  readonly table: TablePicture;
  readonly at: (index: number) => readonly Lane[];
}) {
  return (
    <span class="entries">
      {table.entries.map((entry, index) => (
        <span
          key={index}
          class={`entry ${entry.before === null ? '' : 'changed'} ${entry.value === 'none' ? 'none' : ''}`}
        >
          <span class="entry-index">
            [{index}]
            {at(index).map((lane) => (
              <Cursor key={lane.name} lane={lane} />
            ))}
          </span>
          <code class="entry-value">
            {entry.value}
            {entry.before !== null && <Delta />}
          </code>
        </span>
      ))}
    </span>
  );
}

function Delta() {
  const t = useTranslate();
  return (
    <span class="delta">
      <span aria-hidden="true">Δ</span>
      <span class="sr-only"> {t('changed in this step')}</span>
    </span>
  );
}
