import { JournalReader, type Tally } from './journal.ts';
import { FLOW_ENDS, FLOWS, ROLES, type Flow, type Role } from './roles.ts';

/** One flow, as both of its ends have counted it. */
export interface FlowLine {
  readonly flow: Flow;
  readonly what: string;
  readonly from: Role;
  readonly to: Role;
  /** Different messages that their publisher has stored. */
  readonly published: number;
  /** Different messages that their handler is done with. */
  readonly handled: number;
  /** Messages that ran once more after somebody was killed, beyond the first time: known as such by their id. */
  readonly repeated: number;
  /** Published and not handled. Anything but 0 is a loss. */
  readonly missing: number;
}

/** Where every message went. */
export interface RedisAccounts {
  readonly lines: readonly FlowLine[];
  /** What should not have been, one sentence each; none: nothing was lost. */
  readonly problems: readonly string[];
}

/** What the journals cannot tell. */
export interface RunFaults {
  /** What transports reported as lost. */
  readonly losses: readonly string[];
  /** Processes that had to be killed at the end. */
  readonly stuck: readonly Role[];
  readonly unsettled: number;
  /** Faults of the processes themselves. */
  readonly failures: readonly string[];
  /** Whether the market came to its end. */
  readonly isComplete: boolean;
}

/** The journals of all processes, as books that must agree: what one end of a flow has put out, the other end has taken in. */
export class RedisBooks {
  readonly #journals: ReadonlyMap<Role, JournalReader>;

  constructor(folder: string) {
    this.#journals = new Map(ROLES.map((role) => [role, new JournalReader(folder, role)]));
  }

  /** Takes what the processes have noted since the last call. */
  read(): void {
    for (const journal of this.#journals.values()) journal.read();
  }

  lines(): readonly FlowLine[] {
    return FLOWS.map((flow) => {
      const { from, to, what } = FLOW_ENDS[flow];
      const out = this.#tally(from, 'out', flow);
      const handled = this.#tally(to, 'in', flow);
      const missing = [...out.ids].filter((id) => !handled.ids.has(id)).length;
      return {
        flow,
        what,
        from,
        to,
        published: out.ids.size,
        handled: handled.ids.size,
        repeated: handled.repeated,
        missing,
      };
    });
  }

  /** Whether both ends of every flow agree. */
  get areSettled(): boolean {
    return this.lines().every(({ published, handled, missing }) => missing === 0 && published === handled);
  }

  /** Whether a process has published and handled something. */
  hasBegun(role: Role): boolean {
    const lines = this.lines();
    return (
      lines.some(({ from, published }) => from === role && published > 0) &&
      lines.some(({ to, handled }) => to === role && handled > 0)
    );
  }

  settle(faults: RunFaults): RedisAccounts {
    const lines = this.lines();
    return { lines, problems: [...lines.flatMap(problemsOf), ...faultsOf(faults)] };
  }

  #tally(role: Role, side: 'in' | 'out', flow: Flow): Tally {
    const journal = this.#journals.get(role);
    if (journal === undefined) throw new RangeError(`Expected a journal of ${role}.`);
    return journal.tally(side, flow);
  }
}

function problemsOf({ what, from, to, published, handled, missing }: FlowLine): readonly string[] {
  const strays = handled - (published - missing);
  return [
    ...some(missing, `${what}: ${published} stored by the ${from}, ${missing} of them never handled by the ${to}`),
    ...some(strays, `${what}: ${strays} handled by the ${to} that the ${from} never noted as stored`),
  ];
}

function faultsOf({ losses, stuck, unsettled, failures, isComplete }: RunFaults): readonly string[] {
  return [
    ...(isComplete ? [] : ['the market did not come to its end']),
    ...losses.map((loss) => `reported as lost: ${loss}`),
    ...failures,
    ...stuck.map((role) => `the ${role} did not end when it was asked to`),
    ...some(unsettled, `${unsettled} deliveries unfinished at the end`),
  ];
}

function some(count: number, problem: string): readonly string[] {
  return count > 0 ? [problem] : [];
}
