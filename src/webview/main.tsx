/** Entry of the page: connects the host, the store and the view. Everything else is pure. */
import { render } from 'preact';
import { copyText } from './copy-text.js';
import { connectHost } from './host.js';
import { translator, type Translate } from './l10n.js';
import { parseEmbedded, parseToPage, parseTranslations } from './messages.js';
import { initialState } from './store/state.js';
import { actionOfKey } from './store/keys.js';
import type { KeyAction, KeyPress } from './store/keys.js';
import { update } from './store/update.js';
import type { Action } from './store/actions.js';
import { App } from './view/app.js';
import { Translation } from './view/translated.js';
import './style/theme.css';
import './style/page.css';
import './style/verdict.css';
import './style/timeline.css';
import './style/rails.css';
import './style/picture.css';
import './style/panels.css';

/** Milliseconds between two steps while playing. */
const PLAY_INTERVAL = 900;

function start(root: HTMLElement): void {
  const t = translator(parseTranslations(document.getElementById('walkrace-words')?.textContent));
  const complain = (message: string): void =>
    dispatch({ type: 'message', message: { type: 'error', message } });
  const host = connectHost(t, complain);
  let state = initialState(host.isEditor, host.saved);
  const keepTime = createClock(() => dispatch({ type: 'tick' }));
  const filterRef = { current: null as HTMLInputElement | null };

  const dispatch = (action: Action): void => {
    const [next, posts] = update(state, action);
    const isMoved = next.shown !== state.shown;
    state = next;
    draw();
    posts.forEach(host.post);
    if (isMoved && state.shown !== null) host.save({ key: state.shown.key, step: state.shown.step });
    keepTime(state.isPlaying);
  };

  const draw = (): void =>
    render(
      <Translation value={t}>
        <App state={state} dispatch={dispatch} post={host.post} filterRef={filterRef} />
      </Translation>,
      root,
    );

  const perform = (action: KeyAction): void => {
    const { shown } = state;
    switch (action.type) {
      case 'focus-filter':
        filterRef.current?.focus();
        return;
      case 'toggle-play':
        dispatch({ type: 'play', on: !state.isPlaying });
        return;
      case 'copy':
        if (shown !== null) host.post({ type: 'copy', text: copyText(shown.report, shown.story) });
        return;
      case 'open-source': {
        const at = shown?.story?.steps[shown.step]?.at;
        if (at !== undefined) host.post({ type: 'open', at });
        return;
      }
      default:
        dispatch(action);
        if (action.type === 'move') focusCurrentStep(root);
    }
  };

  document.addEventListener('keydown', (event) => {
    if (event.target instanceof Element && event.target.closest('dialog') !== null) return;
    if (event.key === 'Escape' && event.target === filterRef.current) {
      dispatch({ type: 'filter', text: '' });
      focusCurrentStep(root);
      return;
    }
    const action = actionOfKey(pressOf(event));
    if (action === null) return;
    event.preventDefault();
    perform(action);
  });

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = parseToPage(event.data);
    if (message.ok) dispatch({ type: 'message', message: message.value });
    else if (host.isEditor && looksLikeOurs(event.data))
      complain(t('The editor sent something that this page does not understand ({0}).', message.why));
  });

  draw();
  const data = document.getElementById('walkrace-data');
  if (data !== null) showEmbedded(data.textContent, t, dispatch);
  host.post({ type: 'ready' });
}

/** Ticks at the pace of playing, for as long as it is told to. */
function createClock(tick: () => void): (isOn: boolean) => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  return (isOn) => {
    if (isOn) timer ??= setInterval(tick, PLAY_INTERVAL);
    else {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Other senders (devtools, browser extensions) use the same channel; only an object with a `type` can have been meant for us. */
const looksLikeOurs = (data: unknown): boolean =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  ['show', 'busy', 'matrix', 'error', 'go'].includes(String(data.type));

function showEmbedded(json: string, t: Translate, dispatch: (action: Action) => void): void {
  const embedded = parseEmbedded(JSON.parse(json));
  if (!embedded.ok) {
    dispatch({
      type: 'message',
      message: {
        type: 'error',
        message: t('The data of this page is not a replay report ({0}).', embedded.why),
      },
    });
    return;
  }
  const { report, matrix } = embedded.value;
  const key = {
    document: report.walker.file,
    function: report.walker.function,
    freer: report.freer,
    protections: report.protections,
  };
  dispatch({ type: 'message', message: { type: 'show', key, report, whatIfs: [] } });
  if (matrix.length > 0) dispatch({ type: 'message', message: { type: 'matrix', cells: matrix } });
}

const pressOf = ({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): KeyPress => ({
  key,
  hasModifier: ctrlKey || metaKey || altKey,
  focus: focusOf(target),
});

function focusOf(target: EventTarget | null): KeyPress['focus'] {
  if (!(target instanceof Element)) return 'other';
  if (target.closest('input, textarea, select') !== null) return 'text';
  if (target.closest('.rows .step') !== null) return 'step';
  return target.closest('button, summary, a') === null ? 'other' : 'button';
}

/** Roving focus: the keys move the focus along with the step, so that Tab goes on from there. */
const focusCurrentStep = (root: HTMLElement): void =>
  root.querySelector<HTMLElement>('.rows [aria-current="step"]')?.focus({ preventScroll: true });

const root = document.getElementById('walkrace') ?? document.body.appendChild(document.createElement('div'));
start(root);
