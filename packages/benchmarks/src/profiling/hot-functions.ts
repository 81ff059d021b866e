/** Where a function stands. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
}

/** The part of a `.cpuprofile` that is read here (`Profiler.Profile` of the Chrome DevTools protocol). */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  /** The node that each look met. */
  readonly samples?: readonly number[] | undefined;
  /** Microseconds before each look. */
  readonly timeDeltas?: readonly number[] | undefined;
}

/** The part of a `.heapprofile` that is read here (`HeapProfiler.SamplingHeapProfile`). */
export interface HeapProfile {
  readonly head: HeapNode;
}

/** One function of a heap profile, called the way that leads here. */
export interface HeapNode {
  readonly callFrame: CallFrame;
  /** Bytes, estimated from the samples. */
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** A function and its own share, what it calls left out. */
export interface HotFunction {
  readonly name: string;
  /** File and line; empty for what is V8's own. */
  readonly place: string;
  /** 0 to 1: of the time, or of the bytes. */
  readonly share: number;
}

/** The functions with the greatest shares, greatest first. Idle time, and what starting the profiler takes, count for nothing. */
export function hotFunctions(profile: CpuProfile | HeapProfile, count = 10): readonly HotFunction[] {
  const shares = new Map<string, { readonly frame: CallFrame; own: number }>();
  let total = 0;
  const add = (frame: CallFrame, own: number): void => {
    if (frame.functionName === '(idle)' || frame.url.startsWith(PROFILER)) return;
    const key = `${frame.functionName} ${frame.url}:${frame.lineNumber}`;
    const entry = shares.get(key) ?? { frame, own: 0 };
    entry.own += own;
    total += own;
    shares.set(key, entry);
  };
  if ('head' in profile) walk(profile.head, add);
  else countSamples(profile, add);
  return [...shares.values()]
    .toSorted((a, b) => b.own - a.own)
    .slice(0, count)
    .map(({ frame, own }) => ({
      name: frame.functionName === '' ? '(anonymous)' : frame.functionName,
      place: frame.url === '' ? '' : `${frame.url.split('/').at(-1)}:${frame.lineNumber + 1}`,
      share: total === 0 ? 0 : own / total,
    }));
}

function countSamples({ nodes, samples = [], timeDeltas = [] }: CpuProfile, add: AddOwn): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame !== undefined) add(frame, timeDeltas[index] ?? 0);
  }
}

function walk(node: HeapNode, add: AddOwn): void {
  add(node.callFrame, node.selfSize);
  for (const child of node.children) walk(child, add);
}

const PROFILER = 'node:inspector';

type AddOwn = (frame: CallFrame, own: number) => void;
