import { render } from 'preact';
import { App } from './app.tsx';
import { start } from './state/page.ts';
import { applyTheme } from './state/theme.ts';

applyTheme();
// Who looks is asked at once; meanwhile the page is drawn, in a task of its own.
start();
setTimeout(() => {
  const root = document.getElementById('app');
  if (root !== null) render(<App />, root);
});
