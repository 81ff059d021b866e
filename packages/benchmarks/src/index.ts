// Errors
export { BenchmarkError, type BenchmarkErrorCode, type BenchmarkErrorDetails } from './errors.ts';

// Measuring
export {
  HdrHistogram,
  PERCENTILES,
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
export { warmUp, type WarmUpOptions, type WarmUpReport } from './measuring/warm-up.ts';
