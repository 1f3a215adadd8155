/** The page tables as they are at this step: each table with its word, its entries, who is at it, and what the step changed. */
import { useRef } from 'preact/hooks';
import type { Picture } from '../model/picture.js';
import { layoutPicture, TAG } from '../model/picture-layout.js';
import type { PictureLayout, PointerTag } from '../model/picture-layout.js';
import type { Story } from '../model/story.js';
import type { StoryView } from './context.js';
import { lanesAt, Table, WholeCursors } from './picture-table.js';
import { useWidth } from './use-width.js';
import { useTranslate } from './translated.js';

const ASSUMED_WIDTH = 420;

export function PicturePanel(view: StoryView) {
  const t = useTranslate();
  const { story, shown } = view;
  const panel = useRef<HTMLDivElement>(null);
  const width = useWidth(panel, ASSUMED_WIDTH);
  const hasSteps = story.steps.length > 0;
  const picture = story.pictures[hasSteps ? shown.step + 1 : 0];
  if (picture === undefined) return null;
  const layout = layoutPicture(picture, width);
  return (
    <section class="panel picture-panel" aria-labelledby="picture-title">
      <h2 id="picture-title">
        {hasSteps ? t('Page tables after step {0}', shown.step + 1) : t('Page tables at the start')}
      </h2>
      <div
        class="picture-scroll"
        ref={panel}
        tabIndex={layout.width > width ? 0 : undefined}
        role="group"
        aria-labelledby="picture-title"
      >
        <div class="picture" style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
          <Lines layout={layout} />
          {layout.boxes.map((box) => (
            <Table key={box.table.name} box={box} picture={picture} {...view} />
          ))}
          {layout.boxes.map((box) => (
            <WholeCursors
              key={box.table.name}
              box={box}
              lanes={lanesAt(story, picture, box.table.name, null)}
            />
          ))}
          {layout.tags.map((tag) => (
            <Tag key={tag.pointer.lane} tag={tag} story={story} />
          ))}
        </div>
      </div>
      <Changes picture={picture} hasSteps={hasSteps} />
      {hasSteps && (
        <p class="hint">
          {t('Δ changed in this step')} · <span class="cursor role-walker">0</span>{' '}
          {t('{0} was here last', 'CPU 0')}
        </p>
      )}
    </section>
  );
}

const HEADS = ['link', 'new', 'stale', 'cut', 'pointer', 'dangling'] as const;

function Lines({ layout }: { readonly layout: PictureLayout }) {
  return (
    <svg class="lines" width={layout.width} height={layout.height} aria-hidden="true" focusable="false">
      <defs>
        {HEADS.map((name) => (
          <marker
            key={name}
            id={`head-${name}`}
            class={`head-${name}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0.500L7.500 4 0 7.500z" />
          </marker>
        ))}
      </defs>
      {layout.lines.map((line) => (
        <path
          key={`${line.kind} ${line.path}`}
          class={`link-${line.kind}`}
          d={line.path}
          marker-end={`url(#head-${line.kind})`}
        />
      ))}
      {layout.tags.map(({ pointer, path }) => {
        const kind = pointer.dangling ? 'dangling' : 'pointer';
        return <path key={pointer.lane} class={`link-${kind}`} d={path} marker-end={`url(#head-${kind})`} />;
      })}
    </svg>
  );
}

const cpuOf = (story: Story, lane: string): string =>
  story.lanes.find((each) => each.name === lane)?.cpu ?? lane;

function Tag({ tag: { pointer, x, y }, story }: { readonly tag: PointerTag; readonly story: Story }) {
  const t = useTranslate();
  const target = `${pointer.page}${pointer.index === null ? '' : `[${pointer.index}]`}`;
  const words = pointer.dangling
    ? t('{0} holds a dangling pointer to {1}', pointer.lane, target)
    : t('{0} holds a pointer to {1}', pointer.lane, target);
  return (
    <p
      class={`pointer-tag ${pointer.dangling ? 'dangling' : ''}`}
      style={{ left: `${x}px`, top: `${y}px`, width: `${TAG.width}px` }}
      title={words}
    >
      <span class="pill" aria-hidden="true">
        {cpuOf(story, pointer.lane)}
      </span>
      <code aria-hidden="true">{target}</code>
      <span class="sr-only">{words}</span>
    </p>
  );
}

/** The same in words: what the step changed. */
function Changes({ picture, hasSteps }: { readonly picture: Picture; readonly hasSteps: boolean }) {
  const t = useTranslate();
  const changes = picture.tables.flatMap((table) => [
    ...(table.wordBefore === null ? [] : [{ cell: table.name, from: table.wordBefore, to: table.word }]),
    ...table.entries.flatMap((entry, index) =>
      entry.before === null ? [] : [{ cell: `${table.name}[${index}]`, from: entry.before, to: entry.value }],
    ),
  ]);
  return (
    <p class="changes">
      {!hasSteps && t('The start of every run.')}
      {hasSteps && changes.length === 0 && t('This step changed no table.')}
      {changes.map(({ cell, from, to }, index) => (
        <span key={cell} class="change-item">
          {index > 0 && ', '}
          <code>{cell}</code>: {from} → {to}
        </span>
      ))}
    </p>
  );
}
