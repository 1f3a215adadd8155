/** One row of the timeline: a step, or a folded group of steps. */
import type { TraceStep } from '../../core/trace/trace.js';
import type { Row } from '../model/fold.js';
import { shortPlace } from '../model/lanes.js';
import type { Translate } from '../l10n.js';
import { operationText, summary } from '../model/operation.js';
import { lockOf } from '../model/picture.js';
import type { Story } from '../model/story.js';
import { conjunction, heldWords, markWord, verdictWords } from '../model/words.js';
import { Connector, Hit, Marker, UseLine } from './connectors.js';
import { Icon } from './icon.js';
import type { StoryView } from './context.js';
import { Rail, railOf, type Column } from './rail.js';
import { useTranslate } from './translated.js';

interface TimelineRowProps {
  readonly view: StoryView;
  readonly columns: readonly Column[];
  readonly row: Row;
  readonly above: Row | undefined;
  readonly below: Row | undefined;
  readonly isInspected: boolean;
}

export function TimelineRow({ view, columns, row, above, below, isInspected }: TimelineRowProps) {
  const { story, shown } = view;
  const step = story.steps[row.start];
  if (step === undefined) return null;
  const laneIndex = columns.findIndex((column) => column.lane.name === step.t);
  const laneOf = (other: Row | undefined): string | undefined => story.steps[other?.start ?? -1]?.t;
  const isCurrent = row.start <= shown.step && shown.step <= row.end;
  const isSwitch = above !== undefined && laneOf(above) !== step.t;
  const isFatal = row.kind === 'step' && step.violation !== undefined;
  const classes = [
    'row',
    row.kind === 'fold' && 'is-fold',
    isCurrent && 'current',
    isSwitch && 'switch',
    isFatal && 'fatal',
    isInspected && 'inspected',
    step.mark !== undefined && 'marked',
  ];
  return (
    <li class={classes.filter(Boolean).join(' ')} data-step={row.end}>
      <span class="number" aria-hidden="true">
        {row.kind === 'fold' ? `${row.start + 1}–${row.end + 1}` : row.start + 1}
      </span>
      {columns.map(({ lane, tracks }, index) => (
        <div
          key={lane.name}
          class={`cell ${tracks.some((track) => track.kind === 'rcu' && track.holds[row.start] != null) ? 'in-rcu' : ''}`}
          style={{ gridColumn: `${index + 2}` }}
        >
          <Rail
            row={row}
            tracks={tracks}
            isActive={index === laneIndex}
            joins={{ above: laneOf(above) === step.t, below: laneOf(below) === step.t }}
          />
          {step.mark === 'used' && index > laneIndex && <UseLine tracks={tracks} />}
          {index === laneIndex && (
            <Marker story={story} row={row} step={step} left={railOf(tracks.length).line} />
          )}
        </div>
      ))}
      {isSwitch && <Connector columns={columns} from={laneOf(above)} to={step.t} class="switch-line" />}
      {row.kind === 'step' && step.mark === 'freed' && (
        <Hit columns={columns} story={story} index={row.start} />
      )}
      <div
        class="content"
        style={{
          '--lane': `${laneIndex + 2}`,
          '--rail': `${railOf(columns[laneIndex]?.tracks.length ?? 0).width}px`,
        }}
      >
        {row.kind === 'fold' ? (
          <FoldContent view={view} row={row} isCurrent={isCurrent} />
        ) : (
          <StepContent view={view} step={step} index={row.start} isCurrent={isCurrent} />
        )}
      </div>
    </li>
  );
}

interface ContentProps {
  readonly view: StoryView;
  readonly isCurrent: boolean;
}

const stepButtonProps = (view: StoryView, index: number, isCurrent: boolean) => ({
  type: 'button' as const,
  tabIndex: isCurrent ? 0 : -1,
  'aria-current': isCurrent ? ('step' as const) : undefined,
  onClick: () => view.dispatch({ type: 'move', to: index }),
});

function StepContent({
  view,
  step,
  index,
  isCurrent,
}: ContentProps & { readonly step: TraceStep; readonly index: number }) {
  const t = useTranslate();
  const { story, dispatch, post, state } = view;
  const { at, mark, violation } = step;
  const group = state.filter.trim() === '' ? story.groups.find((each) => each.start === index) : undefined;
  const operation = operationText(step.text);
  return (
    <>
      <button
        {...stepButtonProps(view, index, isCurrent)}
        class={step.code === undefined ? 'step is-short' : 'step'}
      >
        <span class="sr-only">{t('Step {0}, {1}:', index + 1, step.t)} </span>
        <code class="code">{breakable(step.code ?? operation)}</code>
      </button>
      {violation !== undefined && (
        <strong class="violation">
          <Icon name={verdictWords(view.shown.report).tone} /> {violation}
        </strong>
      )}
      {violation !== undefined && <span class="held">{t('holds {0}', heldWords(step.held, t))}</span>}
      {mark !== undefined && <span class={`mark mark-${mark}`}>{markWord(mark, story.scene.kind, t)}</span>}
      {step.blocked === true && <span class="waits">{waitsFor(story, step, index, t)}</span>}
      {step.code !== undefined && <code class="operation">{operation}</code>}
      {at !== undefined && (
        <button
          type="button"
          class="place"
          tabIndex={isCurrent ? 0 : -1}
          title={t('Open {0}', at)}
          onClick={() => post({ type: 'open', at })}
        >
          {shortPlace(at)}
        </button>
      )}
      {group !== undefined && (
        <button
          type="button"
          class="fold-button"
          tabIndex={isCurrent ? 0 : -1}
          onClick={() => dispatch({ type: 'fold-group', start: index, fold: true })}
        >
          {t('fold {0} steps', group.end - group.start + 1)}
        </button>
      )}
    </>
  );
}

/** A long call may go on in the next line behind its bracket, and not in the middle of a name. */
const breakable = (code: string) =>
  code.split(/(?<=\w\()(?=\w)/).map((part, index) => (index === 0 ? part : [<wbr />, part]));

/** `waits: ptdump holds it`, where the trace knows who does. */
function waitsFor(story: Story, step: TraceStep, index: number, t: Translate): string {
  const name = lockOf(story.scene, step.text);
  const lock = story.pictures[index + 1]?.locks.find((each) => each.name === name);
  const others = lock?.holders.filter((holder) => holder.lane !== step.t).map((holder) => holder.lane) ?? [];
  if (others.length === 0) return t('waits');
  const names = conjunction(others, t);
  return others.length === 1 ? t('waits: {0} holds it', names) : t('waits: {0} hold it', names);
}

function FoldContent({
  view,
  row,
  isCurrent,
}: ContentProps & { readonly row: Extract<Row, { kind: 'fold' }> }) {
  const t = useTranslate();
  return (
    <>
      <button {...stepButtonProps(view, row.end, isCurrent)} class="step">
        <span class="sr-only">
          {t(
            'Steps {0} to {1}, {2}, folded:',
            row.start + 1,
            row.end + 1,
            view.story.steps[row.start]?.t ?? '',
          )}{' '}
        </span>
        <span class="summary">
          {summary(
            view.story.steps.slice(row.start, row.end + 1).map((step) => step.text),
            t,
          )}
        </span>
      </button>
      <button
        type="button"
        class="fold-button"
        aria-label={t('Unfold steps {0} to {1}', row.start + 1, row.end + 1)}
        tabIndex={isCurrent ? 0 : -1}
        onClick={() => view.dispatch({ type: 'fold-group', start: row.start, fold: false })}
      >
        {t('unfold')}
      </button>
    </>
  );
}
