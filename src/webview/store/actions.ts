/** What can happen on the page, and what comes of it: its next state, and what is said to the host. */
import type { FromPage, ReplayKey, ToPage } from '../protocol.js';
import type { Subject } from '../model/history.js';
import type { PageState } from './state.js';

export type Move = Extract<ToPage, { type: 'go' }>['to'] | 'next-mark';

export type Action =
  | { readonly type: 'message'; readonly message: ToPage }
  | { readonly type: 'move'; readonly to: Move }
  | { readonly type: 'fold'; readonly what: 'here' | 'all'; readonly fold: boolean }
  | { readonly type: 'fold-group'; readonly start: number; readonly fold: boolean }
  | { readonly type: 'filter'; readonly text: string }
  | { readonly type: 'play'; readonly on: boolean }
  | { readonly type: 'tick' }
  | { readonly type: 'inspect'; readonly subject: Subject | null }
  | { readonly type: 'help'; readonly open: boolean }
  | { readonly type: 'what-if'; readonly protection: string }
  | { readonly type: 'replay'; readonly key: ReplayKey }
  | { readonly type: 'ask-matrix' }
  /** The trace of the n-th kind, from 1. */
  | { readonly type: 'kind'; readonly number: number }
  | { readonly type: 'dismiss-error' };

export type Update = readonly [state: PageState, posts: readonly FromPage[]];
