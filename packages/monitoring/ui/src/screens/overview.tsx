import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { QUANTILES, type Quantile } from '../charts/frame-columns.ts';
import { LiveChart } from '../charts/live-chart.tsx';
import { Switches } from '../components/controls.tsx';
import { Tile } from '../components/figures.tsx';
import { LevelIcon } from '../components/level.tsx';
import { text } from '../format/quantity.ts';
import { IN_TURNS } from '../state/in-turns.ts';
import { page } from '../state/page.ts';
import { SPANS, useSpan } from '../state/span.ts';
import { useStore } from '../state/store.ts';
import { Lanes, Latencies } from './overview-tables.tsx';
import { kindsOfLoss } from './loss-text.ts';
import { VerdictBar } from './verdict-bar.tsx';

/** Whether the bus is well, and if not, where. What comes each second is drawn by its parts alone: the charts draw themselves. */
export function Overview(): JSX.Element {
  const session = useStore(page, (state) => state.session);
  const bus = useStore(page, (state) => state.bus);
  const [seconds, setSeconds] = useSpan();
  const isBuffered = session?.buses.find(({ name }) => name === bus)?.kind === 'buffered';
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Overview</h1>
        <span class="spring" />
        <Switches label="Time span of the charts" options={SPANS} value={seconds} onChoose={setSeconds} />
      </div>
      <VerdictBar />
      <Tiles />
      <div class="grid">
        <div class="w6">
          <LiveChart chart="throughput" title="Throughput" unit="perSecond" seconds={seconds} />
        </div>
        <div class="w6">
          {isBuffered ? (
            <WaitChart seconds={seconds} />
          ) : (
            <LiveChart chart="loop" title="Event loop" unit="ratio" seconds={seconds} />
          )}
        </div>
        {isBuffered ? <BufferedCharts seconds={seconds} /> : null}
        {isBuffered ? (
          <div class="w6">
            <LiveChart chart="loop" title="Event loop" unit="ratio" seconds={seconds} />
          </div>
        ) : null}
        <div class="w6">
          <LiveChart chart="heap" title="Memory" unit="bytes" seconds={seconds} />
        </div>
      </div>
    </>
  );
}

function WaitChart({ seconds }: { readonly seconds: number }): JSX.Element {
  const [quantile, setQuantile] = useState<Quantile>(0.99);
  return (
    <LiveChart chart="wait" title="Wait by priority" unit="seconds" {...{ seconds, quantile }}>
      <Switches
        label="Percentile"
        options={QUANTILES.map(({ quantile: value, name }) => ({ value, name }))}
        value={quantile}
        onChoose={setQuantile}
      />
    </LiveChart>
  );
}

function BufferedCharts({ seconds }: { readonly seconds: number }): JSX.Element {
  return (
    <>
      <div class="w6">
        <Latencies />
      </div>
      <div class="w6">
        <Lanes />
      </div>
      <div class="w6">
        <LiveChart chart="queued" title="Queued by lane" unit="count" seconds={seconds} />
      </div>
      <div class="w6">
        <LiveChart chart="workers" title="Workers" unit="number" seconds={seconds} />
      </div>
    </>
  );
}

function Tiles(): JSX.Element {
  const frame = useStore(page, (state) => state.frame, IN_TURNS);
  const throughput = frame?.throughput;
  const { process: node = null, workers = null } = frame ?? {};
  const lost = sum(throughput?.droppedPerSecond, throughput?.refusedPerSecond, throughput?.expiredPerSecond);
  return (
    <dl class="tiles">
      <Tile name="Published" value={throughput?.publishedPerSecond} unit="perSecond">
        {frame?.subscriptions === undefined || frame.subscriptions === null
          ? ''
          : `${text(frame.subscriptions, 'count')} subscriptions`}
      </Tile>
      <Tile name="Delivered" value={throughput?.deliveredPerSecond} unit="perSecond">
        <Trouble value={throughput?.failedPerSecond} name="failed" />
      </Tile>
      <Tile name="Lost" value={lost} unit="perSecond">
        <Trouble value={lost} name={kindsOfLoss(throughput)} isBare />
      </Tile>
      <Tile name="Dead letters" value={frame?.deadLetters} unit="count">
        <Trouble value={throughput?.deadLetteredPerSecond} name="arriving" />
      </Tile>
      <Tile name="Workers busy" value={workers?.busy} unit="number">
        {workers === null ? '' : `of ${text(workers.current, 'number')}, at most ${text(workers.max, 'number')}`}
      </Tile>
      <Tile name="Event loop" value={node?.eventLoopUtilizationRatio} unit="ratio">
        {node === null ? '' : `${text(node.cpuCores, 'number')} cores, GC ${text(node.gcRatio, 'ratio')}`}
      </Tile>
      <Tile name="Heap" value={node?.heapUsedBytes} unit="bytes">
        {node === null ? '' : `of ${text(node.heapLimitBytes, 'bytes')}`}
      </Tile>
    </dl>
  );
}

/** A rate that should be zero: quiet when it is, loud when it is not. */
function Trouble(props: {
  readonly value: number | null | undefined;
  readonly name: string;
  readonly isBare?: boolean;
}): JSX.Element {
  const { value, name, isBare } = props;
  if (value === undefined || value === null) return <span> </span>;
  if (value === 0) return <span>none {name}</span>;
  return (
    <span class="warning">
      <LevelIcon level="warning" />
      {isBare === true ? name : `${text(value, 'perSecond')} ${name}`}
    </span>
  );
}

/** Undefined where nothing is known of any. */
function sum(...values: readonly (number | null | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
