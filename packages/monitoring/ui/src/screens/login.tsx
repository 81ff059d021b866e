import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { DashboardSession, LoginRequest } from '../../../src/dashboard/protocol/index.ts';
import { reconnect } from '../state/page.ts';
import { act, failureText } from '../state/requests.ts';

/** Asks for a token; the server answers with a cookie that scripts cannot read. */
export function Login(): JSX.Element {
  const id = useId();
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState<string>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      const request: LoginRequest = { token };
      await act<DashboardSession>('login', request);
      reconnect();
    } catch (error) {
      setFailure(failureText(error));
    }
  };
  return (
    <main class="login">
      <form class="panel" onSubmit={(event) => void submit(event)}>
        <h1>Tradewind</h1>
        <p class="quiet">This dashboard is for those with a token. Whoever runs the bus has it.</p>
        <span class="field tall">
          <label for={id}>Token</label>
          <input
            id={id}
            type="password"
            autocomplete="current-password"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </span>
        {failure === undefined ? null : (
          <p class="critical" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" class="button main-act">
          Open
        </button>
      </form>
    </main>
  );
}
