import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FromRole, Role, RoleTask, ToRole } from './roles.ts';

/** What the supervisor says while processes come and go. */
export interface SupervisorEvents {
  readonly onMessage: (role: Role, message: FromRole) => void;
  readonly onGone: (role: Role, how: string) => void;
}

/** The lives of one process. */
export interface Lives {
  readonly role: Role;
  /** How often it was started. */
  readonly started: number;
  /** How each life but the last one ended: a signal or an exit code. */
  readonly ends: readonly string[];
}

/** Starts the processes, and starts one again that ends before its time. */
export class Supervisor {
  readonly #task: Omit<RoleTask, 'role'>;
  readonly #events: SupervisorEvents;
  readonly #children = new Map<Role, ChildProcess>();
  readonly #lives = new Map<Role, { started: number; readonly ends: string[] }>();
  #isClosing = false;

  constructor(task: Omit<RoleTask, 'role'>, events: SupervisorEvents) {
    this.#task = task;
    this.#events = events;
  }

  start(role: Role): void {
    const task: RoleTask = { ...this.#task, role };
    const child = fork(join(import.meta.dirname, 'role-process.ts'), [JSON.stringify(task)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#children.set(role, child);
    const lives = this.#lives.get(role) ?? { started: 0, ends: [] };
    lives.started += 1;
    this.#lives.set(role, lives);
    child.on('message', (message) => this.#events.onMessage(role, message as FromRole));
    child.once('exit', (code, signal) => {
      if (this.#isClosing) return;
      const how = signal ?? `exit code ${code}`;
      lives.ends.push(how);
      this.#events.onGone(role, how);
      if (lives.started < MAX_LIVES) setTimeout(() => this.#again(role), RESTART_MS);
    });
  }

  /** Of each process that runs. */
  pidOf(role: Role): number | undefined {
    return this.#children.get(role)?.pid;
  }

  get lives(): readonly Lives[] {
    return [...this.#lives].map(([role, { started, ends }]) => ({ role, started, ends }));
  }

  tell(role: Role, message: ToRole): void {
    const child = this.#children.get(role);
    if (child?.connected === true) child.send(message);
  }

  /** `kill -9`, as an accident does it. */
  kill(role: Role): void {
    this.#children.get(role)?.kill('SIGKILL');
  }

  /** Ends all in order; one that does not end within the time given is killed. Resolves with the roles that had to be. */
  async close(deadlineMs: number): Promise<readonly Role[]> {
    this.#isClosing = true;
    const ended = await Promise.all([...this.#children].map(([role, child]) => this.#close(role, child, deadlineMs)));
    return ended.filter((role) => role !== undefined);
  }

  #again(role: Role): void {
    if (!this.#isClosing) this.start(role);
  }

  async #close(role: Role, child: ChildProcess, deadlineMs: number): Promise<Role | undefined> {
    if (child.exitCode !== null || child.signalCode !== null) return undefined;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    let wasKilled = false;
    const insist = setTimeout(() => {
      wasKilled = true;
      child.kill('SIGKILL');
    }, deadlineMs);
    this.tell(role, { kind: 'close' });
    await gone;
    clearTimeout(insist);
    return wasKilled ? role : undefined;
  }
}

const RESTART_MS = 200;
/** A process that ends so often has a fault that starting it again does not mend. */
const MAX_LIVES = 20;
