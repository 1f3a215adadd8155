/** The variables that VS Code's own themes give a webview (Dark Modern, Light Modern and the two high-contrast themes); those that the page uses. */
const THEMES = {
  'vscode-dark': {
    'editor-background': '#1f1f1f',
    'editor-foreground': '#cccccc',
    foreground: '#cccccc',
    focusBorder: '#0078d4',
    'textLink-foreground': '#4daafc',
    'input-background': '#313131',
    'input-foreground': '#cccccc',
  },
  'vscode-light': {
    'editor-background': '#ffffff',
    'editor-foreground': '#3b3b3b',
    foreground: '#3b3b3b',
    focusBorder: '#005fb8',
    'textLink-foreground': '#005fb8',
    'input-background': '#ffffff',
    'input-foreground': '#3b3b3b',
  },
  'vscode-high-contrast': {
    'editor-background': '#000000',
    'editor-foreground': '#ffffff',
    foreground: '#ffffff',
    focusBorder: '#f38518',
    contrastBorder: '#6fc3df',
    'textLink-foreground': '#21a6ff',
    'input-background': '#000000',
    'input-foreground': '#ffffff',
  },
  'vscode-high-contrast-light': {
    'editor-background': '#ffffff',
    'editor-foreground': '#292929',
    foreground: '#292929',
    focusBorder: '#006bbd',
    contrastBorder: '#0f4a85',
    'textLink-foreground': '#0f4a85',
    'input-background': '#ffffff',
    'input-foreground': '#292929',
  },
} as const;

export type ThemeName = keyof typeof THEMES;
export const THEME_NAMES = Object.keys(THEMES) as readonly ThemeName[];

/** As VS Code sets them: on the html element. */
export const themeCss = (name: ThemeName): string => {
  const lines = Object.entries(THEMES[name]).map(([variable, value]) => `--vscode-${variable}: ${value};`);
  return `html { ${lines.join(' ')} --vscode-font-size: 13px; --vscode-editor-font-size: 14px; }`;
};
