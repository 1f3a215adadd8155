/** The icons: one path each, on a 16 by 16 grid, drawn in the text's colour. Always beside a word, or on a button with a label. */
const PATHS = {
  bad: 'M5 1h6l4 4v6l-4 4H5l-4-4V5zM5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4',
  good: 'M8 1l6 2v5c0 3.6-2.5 6-6 7-3.5-1-6-3.4-6-7V3zM5 8l2.2 2.2L11.2 6',
  unsure: 'M8 1l7.2 13.5H.8zM8 5.8v4M8 11.8v.7',
  neutral: 'M8 1a7 7 0 100 14A7 7 0 008 1zM3.2 3.2l9.6 9.6',
  first: 'M3 3v10M13 3L6 8l7 5z',
  previous: 'M11 3L4 8l7 5z',
  next: 'M5 3l7 5-7 5z',
  last: 'M13 3v10M3 3l7 5-7 5z',
  play: 'M4 2.5l9 5.5-9 5.5z',
  pause: 'M5 3v10M11 3v10',
  'previous-switch': 'M13 12H7c-3 0-3-8-6-8M4 1L1 4l3 3',
  'next-switch': 'M3 12h6c3 0 3-8 6-8M12 1l3 3-3 3',
  mark: 'M4 15V1.5h8.5L10 5l2.5 3.5H4',
  fold: 'M2 8h12M8 1v4M6 3.2L8 5.2l2-2M8 15v-4M6 12.8l2-2 2 2',
  unfold: 'M2 8h12M8 5V1M6 3l2-2 2 2M8 11v4M6 13l2 2 2-2',
  copy: 'M5.5 5.5h8v9h-8zM10.500 5.500v-4h-8v9h3',
  save: 'M8 1.500v8.500M4.500 7L8 10.500 11.500 7M2 13.500h12',
  help: 'M8 1a7 7 0 100 14A7 7 0 008 1zM6 6.200c0-2.600 4-2.600 4 0 0 1.600-2 1.500-2 3M8 11.500v.6',
  close: 'M3 3l10 10M13 3L3 13',
  lock: 'M3 7.500h10v6.500H3zM5 7.500V5a3 3 0 016 0v2.500',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  /** The key that does the same, shown in the tooltip. */
  readonly keyHint?: string;
  readonly onPress: () => void;
  readonly isDisabled?: boolean;
}

export const IconButton = ({ icon, label, keyHint, onPress, isDisabled = false }: IconButtonProps) => (
  <button
    type="button"
    class="icon-button"
    aria-label={label}
    title={keyHint === undefined ? label : `${label} (${keyHint})`}
    disabled={isDisabled}
    onClick={onPress}
  >
    <Icon name={icon} />
  </button>
);
