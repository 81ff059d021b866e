import { MessageBus } from '@tradewind/core';
import { busSuite } from '../src/index.ts';

busSuite('MessageBus', {
  create: () => new MessageBus(),
  close: (bus) => (bus as MessageBus)[Symbol.dispose](),
});
