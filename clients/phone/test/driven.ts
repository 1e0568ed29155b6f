// Phones that a test drives: reads an order of one line of JSON after the other, and answers each with one.
//
// Every order names a phone, the address, the token and the phone's instant in milliseconds, and what to `do`; «give»
// says a cell, a grade and reasons, «answer» a survey and answers; «kept» asks what lies on that phone. The county's
// clock is in the test's hand and its web server's is not, so every phone goes by its own.
import { createInterface } from 'node:readline';

import { AnonymousBallots, fetchFrom, type Answers, type Grade, type Reason } from '../src/index.js';

interface Order {
  readonly phone: string;
  readonly base: string;
  readonly token: string | null;
  readonly now: number;
  readonly do: 'draw' | 'cast' | 'cells' | 'digest' | 'give' | 'answer' | 'kept';
  readonly cell: string;
  readonly grade: Grade;
  readonly reasons: Reason[];
  readonly survey: string;
  readonly answers: Answers;
}

class Driven {
  order: Order;
  kept: string | null = null;
  readonly app: AnonymousBallots;

  constructor(order: Order) {
    this.order = order;
    this.app = new AnonymousBallots({
      send: async (call) => ({ ...(await fetchFrom(this.order.base)(call)), date: null }),
      read: async () => this.kept,
      write: async (content) => void (this.kept = content),
      now: () => this.order.now,
      token: async () => this.order.token,
    });
  }

  async follow(): Promise<unknown> {
    switch (this.order.do) {
      case 'draw':
        return this.app.draw();
      case 'cast':
        return this.app.castDue();
      case 'cells':
        return this.app.cells();
      case 'digest':
        return this.app.digest();
      case 'give':
        return this.app.give(this.order.cell, this.order);
      case 'answer':
        return this.app.answer(this.order.survey, this.order.answers);
      case 'kept':
        return this.kept;
    }
  }
}

const phones = new Map<string, Driven>();
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  const phone = phones.get(order.phone) ?? new Driven(order);
  phones.set(order.phone, phone);
  phone.order = order;
  console.log(JSON.stringify(await phone.follow()));
}
