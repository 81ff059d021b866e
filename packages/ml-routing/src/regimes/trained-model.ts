import type { ClassifierWeights } from './regime-classifier.ts';
import type { FilterSettings } from './regime-filter.ts';

/** Everything that a detector knows of regimes before it has seen its market. */
export interface TrainedModel {
  /** By figure of an observation, what each regime adds to the logarithm of what is usual. */
  readonly offsets: readonly (readonly number[])[];
  readonly classifier: ClassifierWeights;
  readonly filter: FilterSettings;
}
