import { render } from 'preact';
import { App } from './app.tsx';
import { start } from './state/page.ts';
import { applyTheme } from './state/theme.ts';

applyTheme();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
start();
