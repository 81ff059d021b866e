// Errors
export { BenchmarkError, type BenchmarkErrorCode, type BenchmarkErrorDetails } from './errors.ts';

// Measuring
export {
  HdrHistogram,
  PERCENTILES,
  valuesFor,
  type DistributionPoint,
  type HistogramJson,
  type HistogramOptions,
} from './measuring/histogram.ts';
export { fingerprint, isSameEnvironment, type Fingerprint } from './measuring/fingerprint.ts';
export { runOpenLoop, type OpenLoop, type OpenLoopReport } from './measuring/open-loop.ts';
export { Receipts, receiptProblems, type ReceiptReport, type ReceiptsOptions } from './measuring/receipts.ts';
export {
  ResourceSampler,
  type ResourceSample,
  type ResourceSamplerOptions,
  type ResourceUse,
} from './measuring/resources.ts';
export { median, quantile, spread, type Spread } from './measuring/statistics.ts';
export { REAL_TIME, type TimeSource } from './measuring/time-source.ts';
export { warmUp, type WarmUpOptions, type WarmUpReport } from './measuring/warm-up.ts';

// Load shapes
export type { LoadShape } from './load/load-shape.ts';
export type { Spacing } from './load/rate-course.ts';
export {
  constantLoad,
  rampLoad,
  spikeLoad,
  type ConstantLoadOptions,
  type RampLoadOptions,
  type SpikeLoadOptions,
} from './load/steady-shapes.ts';
export { burstyLoad, type BurstyLoadOptions } from './load/bursty-load.ts';
export { tradingDayLoad, type TradingDayOptions } from './load/trading-day.ts';
export { realisticLoad, type RealisticLoadOptions } from './load/realistic-load.ts';
export { readInterArrivals, type RecordingOptions } from './load/read-inter-arrivals.ts';

// Contenders
export { CONTENDERS } from './contenders/builtin.ts';
export { clientUnderTest } from './contenders/buffered-client.ts';
export type {
  BusExtras,
  BusUnderTest,
  Contender,
  Feature,
  Probe,
  ProbeHandler,
  ProbeSubscription,
} from './contenders/contender.ts';

// Workloads
export { WORKLOADS } from './workloads/builtin.ts';
export type {
  MeasuredPart,
  Measurement,
  Portions,
  ShownMetric,
  Workload,
  WorkloadSettings,
} from './workloads/workload.ts';

// Running
export type { ComparisonCell } from './running/cells.ts';
export { runBenchmark, type BenchmarkOptions, type BenchmarkResult, type RunOutcome } from './running/run-benchmark.ts';
export {
  runComparison,
  type ComparisonOptions,
  type ComparisonProgress,
  type ComparisonResult,
  type ComparisonTask,
  type WorkloadComparison,
} from './running/run-comparison.ts';
export { loadTest, type LoadTestOptions, type LoadTestResult } from './running/load-test.ts';

// Over the network
export { NETWORK_CONTENDERS, type NetworkEntry } from './network/contenders/builtin.ts';
export type {
  NetworkContender,
  Setting,
  TickConsumer,
  TickProducer,
  TickSink,
} from './network/contenders/contender.ts';
export { transfer, type Transfer } from './network/peers/transfer.ts';
export type { BenchServer } from './network/servers/servers.ts';
export type { Tick } from './network/ticks/ticks.ts';

// Experiments: contenders in processes of their own, and what they are to reach
export { CLAIMS } from './claims/claims.ts';
export {
  scaleOf,
  type Experiment,
  type ExperimentPicture,
  type Metrics,
  type Run,
  type Scale,
  type Target,
} from './experiments/experiment.ts';
export { experimentLines, experimentPage, type PageText, type PicturePaths } from './experiments/page.ts';
export { experimentPictures } from './experiments/pictures.ts';
export type { ExperimentReport, RecordedExperiment } from './experiments/report.ts';
export { roundsOf, runRounds, type Attempt, type Attempts, type RoundsOptions } from './experiments/rounds.ts';
export {
  summarize,
  type ContenderResult,
  type FailedRounds,
  type ExperimentResult,
  type Range,
  type Verdict,
} from './experiments/verdicts.ts';
export { NETWORK_EXPERIMENTS } from './network/experiments/builtin.ts';

// Regression detection
export { mannWhitney, type RankTest } from './regression/mann-whitney.ts';
export { signedRank } from './regression/signed-rank.ts';
export {
  CPU_LIMITS,
  LATENCY_LIMITS,
  judge,
  judgePairs,
  type JudgeLimits,
  type Judgement,
  type RoundPair,
} from './regression/judge.ts';
export { compareBuilds, type BuildComparison, type BuildComparisonOptions } from './regression/compare-builds.ts';
export type { BuildVerdict } from './regression/measure-figures.ts';
export type { Subject, SubjectOptions } from './regression/subject.ts';
export { resampleVerdicts, type ResampleOptions, type ResampleResult } from './regression/resample.ts';
export { BaselineStore, baselineOf, type Baseline, type PinnedBaseline } from './regression/baselines.ts';
export { GATES, checkGates, type GateReport, type GateThresholds, type GateViolation } from './regression/gates.ts';
export { readTrend, type TrendChange, type TrendReport } from './regression/trend.ts';
export { findChangePoints, type ChangePoint, type ChangePointOptions } from './regression/change-points.ts';
export {
  selfTest,
  type SelfTestOptions,
  type SelfTestRates,
  type SelfTestResult,
  type SelfTestRun,
} from './regression/self-test.ts';
export type { Plant } from './regression/planting.ts';

// Profiling
export { profileRun, type ProfiledRun, type ProfileKind } from './profiling/profile-run.ts';
export {
  hotFunctions,
  type CallFrame,
  type CpuProfile,
  type HeapNode,
  type HeapProfile,
  type HotFunction,
} from './profiling/hot-functions.ts';
export { writeProfile, type ProfileSummary, type WriteProfileOptions } from './profiling/write-profile.ts';

// Output
export { comparisonTable } from './output/table.ts';
export { resourcePicture, type ResourceCourse } from './output/resource-picture.ts';
export { pictures } from './output/pictures.ts';
export { writeReport } from './output/write-report.ts';
