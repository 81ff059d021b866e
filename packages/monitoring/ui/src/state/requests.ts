import type { DashboardFailure } from '../../../src/dashboard/protocol/index.ts';

/** A request that was refused or did not get through. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string;
  /** The next step. */
  readonly hint: string;

  constructor(status: number, { code, message, hint }: Omit<DashboardFailure, 'code'> & { readonly code: string }) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** The address of a path of the API, below wherever the page is mounted. Parameters that are undefined or empty are left out. */
export function addressOf(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const url = new URL(`api/${path}`, document.baseURI);
  url.hash = '';
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** Asks for something. @throws RequestError */
export function ask<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  return request<Answer>(address, signal === undefined ? {} : { signal });
}

/** Does something. @throws RequestError */
export function act<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return request<Answer>(addressOf(path), { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Whether and why the server would refuse a stream, which itself cannot tell; what is opened for the question is ended with it. */
export async function refusalOf(address: string, signal: AbortSignal): Promise<RequestError | undefined> {
  try {
    const response = await answerTo(address, { signal });
    if (!response.ok) return await failureOf(response);
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    return error instanceof RequestError ? error : undefined;
  }
}

async function request<Answer>(address: string, init: RequestInit): Promise<Answer> {
  const response = await answerTo(address, init);
  if (!response.ok) throw await failureOf(response);
  const answer: unknown = await response.json().catch(() => undefined);
  if (answer === undefined) throw unreadable(response);
  return answer as Answer;
}

/** @throws RequestError without a status when there is no answer. */
async function answerTo(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, cache: 'no-store', credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestError(0, {
      code: 'NO_ANSWER',
      message: 'The server does not answer.',
      hint: 'Is the process up?',
    });
  }
}

async function failureOf(response: Response): Promise<RequestError> {
  const answer: unknown = await response.json().catch(() => undefined);
  return isFailure(answer) ? new RequestError(response.status, answer) : unreadable(response);
}

function unreadable({ status }: Response): RequestError {
  return new RequestError(status, { code: 'FAILED', message: `The server answered ${status}.`, hint: '' });
}

function isFailure(answer: unknown): answer is DashboardFailure {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer && 'hint' in answer;
}

/** One line for people. */
export function failureText(error: unknown): string {
  if (error instanceof RequestError) return error.hint === '' ? error.message : `${error.message} ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
