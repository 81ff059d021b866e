import { Dice } from '../eval/random.ts';
import type { ClassifierWeights } from '../src/regimes/regime-classifier.ts';

/** Rows of features and the class of each. */
export interface Examples {
  readonly features: Float64Array;
  readonly labels: Uint8Array;
  readonly inputs: number;
  readonly classes: number;
}

export interface TrainingOptions {
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly seed: number;
}

/**
 * Trains a network with one hidden layer of rectified units by Adam (Kingma and Ba 2015) on the cross-entropy. Repeatable to the last bit: one
 * thread, chance from a seed.
 */
export function trainNetwork(
  examples: Examples,
  { hidden, epochs, batch, rate, seed }: TrainingOptions,
): ClassifierWeights {
  const { labels, inputs, classes } = examples;
  const { rows, mean, deviation } = standardize(examples);
  const dice = new Dice(seed);
  const count = labels.length;
  const w1 = hidden * inputs;
  const b1 = w1 + hidden;
  const w2 = b1 + classes * hidden;
  const size = w2 + classes;
  const weights = new Float64Array(size);
  for (let i = 0; i < w1; i += 1) weights[i] = dice.normal() * Math.sqrt(2 / inputs);
  for (let i = b1; i < w2; i += 1) weights[i] = dice.normal() * Math.sqrt(1 / hidden);
  const gradient = new Float64Array(size);
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  const activation = new Float64Array(hidden);
  const probability = new Float64Array(classes);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const steps = epochs * Math.floor(count / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, dice);
    for (let from = 0; from + batch <= count; from += batch) {
      gradient.fill(0);
      for (let k = from; k < from + batch; k += 1) {
        const row = (order[k] as number) * inputs;
        forward({ weights, rows, row, inputs }, activation, probability);
        const label = labels[order[k] as number] as number;
        for (let c = 0; c < classes; c += 1) probability[c] = (probability[c] as number) - (c === label ? 1 : 0);
        for (let h = 0; h < hidden; h += 1) {
          let back = 0;
          for (let c = 0; c < classes; c += 1) {
            const error = probability[c] as number;
            const at = b1 + c * hidden + h;
            gradient[at] = (gradient[at] as number) + error * (activation[h] as number);
            back += error * (weights[at] as number);
          }
          if (activation[h] === 0) continue;
          gradient[w1 + h] = (gradient[w1 + h] as number) + back;
          for (let i = 0, at = h * inputs; i < inputs; i += 1, at += 1) {
            gradient[at] = (gradient[at] as number) + back * (rows[row + i] as number);
          }
        }
        for (let c = 0; c < classes; c += 1)
          gradient[w2 + c] = (gradient[w2 + c] as number) + (probability[c] as number);
      }
      step += 1;
      adam({ weights, gradient, first, second }, { step, batch, rate: rate * (1 - (0.95 * step) / steps) });
    }
  }
  return asWeights(weights, { inputs, hidden, classes, mean, deviation });
}

interface Forward {
  readonly weights: Float64Array;
  readonly rows: Float64Array;
  readonly row: number;
  readonly inputs: number;
}

function forward({ weights, rows, row, inputs }: Forward, activation: Float64Array, probability: Float64Array): void {
  const hidden = activation.length;
  const classes = probability.length;
  const w1 = hidden * inputs;
  const b1 = w1 + hidden;
  const w2 = b1 + classes * hidden;
  for (let h = 0, at = 0; h < hidden; h += 1) {
    let sum = weights[w1 + h] as number;
    for (let i = 0; i < inputs; i += 1, at += 1) sum += (weights[at] as number) * (rows[row + i] as number);
    activation[h] = sum > 0 ? sum : 0;
  }
  let highest = -Infinity;
  for (let c = 0, at = b1; c < classes; c += 1) {
    let sum = weights[w2 + c] as number;
    for (let h = 0; h < hidden; h += 1, at += 1) sum += (weights[at] as number) * (activation[h] as number);
    probability[c] = sum;
    if (sum > highest) highest = sum;
  }
  let total = 0;
  for (let c = 0; c < classes; c += 1) {
    const value = Math.exp((probability[c] as number) - highest);
    probability[c] = value;
    total += value;
  }
  for (let c = 0; c < classes; c += 1) probability[c] = (probability[c] as number) / total;
}

interface Moments {
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function adam(
  { weights, gradient, first, second }: Moments,
  { step, batch, rate }: { readonly step: number; readonly batch: number; readonly rate: number },
): void {
  const correction = Math.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step);
  for (let i = 0; i < weights.length; i += 1) {
    const slope = (gradient[i] as number) / batch + DECAY * (weights[i] as number);
    const mean = 0.9 * (first[i] as number) + 0.1 * slope;
    const square = 0.999 * (second[i] as number) + 0.001 * slope * slope;
    first[i] = mean;
    second[i] = square;
    weights[i] = (weights[i] as number) - (rate * correction * mean) / (Math.sqrt(square) + 1e-8);
  }
}

function standardize({ features, labels, inputs }: Examples): {
  readonly rows: Float64Array;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
} {
  const mean = new Float64Array(inputs);
  const square = new Float64Array(inputs);
  for (let at = 0; at < features.length; at += 1) {
    const value = features[at] as number;
    mean[at % inputs] = (mean[at % inputs] as number) + value / labels.length;
    square[at % inputs] = (square[at % inputs] as number) + (value * value) / labels.length;
  }
  const deviation = square.map((value, i) => Math.max(1e-3, Math.sqrt(value - (mean[i] as number) ** 2)));
  const rows = features.map(
    (value, at) => (value - (mean[at % inputs] as number)) / (deviation[at % inputs] as number),
  );
  return { rows, mean: Array.from(mean), deviation: Array.from(deviation) };
}

function shuffle(order: Uint32Array, dice: Dice): void {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(dice.next() * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
}

function asWeights(
  weights: Float64Array,
  {
    inputs,
    hidden,
    classes,
    mean,
    deviation,
  }: {
    readonly inputs: number;
    readonly hidden: number;
    readonly classes: number;
    readonly mean: readonly number[];
    readonly deviation: readonly number[];
  },
): ClassifierWeights {
  const rowsOf = (from: number, count: number, width: number): number[][] =>
    Array.from({ length: count }, (_, row) => rounded(weights.subarray(from + row * width, from + (row + 1) * width)));
  const b1 = hidden * inputs;
  const w2 = b1 + hidden;
  return {
    mean: rounded(mean),
    deviation: rounded(deviation),
    hidden: rowsOf(0, hidden, inputs),
    hiddenBias: rounded(weights.subarray(b1, w2)),
    output: rowsOf(w2, classes, hidden),
    outputBias: rounded(weights.subarray(w2 + classes * hidden)),
  };
}

/** Five digits are plenty, and make the file half as long. */
function rounded(values: Iterable<number>): number[] {
  return Array.from(values, (value) => Number(value.toFixed(5)));
}

const DECAY = 1e-5;
