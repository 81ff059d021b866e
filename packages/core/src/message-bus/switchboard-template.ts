import {
  ValidationError,
  showValue,
  topicFault,
  type PayloadOfTopic,
  type TopicArgument,
  type TopicMap,
} from '@tradewind/core-types';

/** The topics of a template: `data.quotes.{venue}.{symbol}` stands for the type `data.quotes.${string}.${string}`. */
export type TopicOfTemplate<T extends string> = T extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${TopicOfTemplate<After>}`
  : T;

/** One string per hole of a template, in order. */
export type NamesOfTemplate<
  T extends string,
  Names extends string[] = [],
> = T extends `${string}{${string}}${infer After}` ? NamesOfTemplate<After, [...Names, string]> : Names;

/** What a template argument must be: itself where the map knows its topics, otherwise a sentence that says so. */
export type TemplateArgument<M extends TopicMap, T extends string> = string extends T
  ? 'this template is known only at run time: write it as a literal'
  : NamesOfTemplate<T> extends [string, string?, string?]
    ? TopicArgument<M, TopicOfTemplate<T>> extends TopicOfTemplate<T>
      ? T
      : `no topic of the map matches '${T}'`
    : `a template has one to three holes such as {venue}; '${T}' has not`;

/** What may be published on the topics of a template. */
export type PayloadOfTemplate<M extends TopicMap, T extends string> = PayloadOfTopic<M, TopicOfTemplate<T>>;

/**
 * The literal text before, between and behind the holes of a template: one piece more than holes.
 *
 * @throws ValidationError `INVALID_TOPIC` when the template with names in its holes would be no topic, or has no hole, or more than three.
 */
export function templatePieces(template: string): readonly string[] {
  const pieces = typeof template === 'string' ? template.split(HOLE) : [];
  const holes = pieces.length - 1;
  if (
    holes < 1 ||
    holes > MAX_HOLES ||
    topicFault(pieces.join('x')) !== undefined ||
    pieces.some((piece) => STRAY_BRACE.test(piece))
  ) {
    throw new ValidationError('INVALID_TOPIC', {
      path: 'template',
      expected: `a topic with one to ${MAX_HOLES} holes`,
      received: showValue(template),
      hint: 'Write each hole as a name in braces, such as data.quotes.{venue}.{symbol}.',
    });
  }
  return pieces;
}

const MAX_HOLES = 3;
const HOLE = /\{[^{}]+\}/;
const STRAY_BRACE = /[{}]/;
