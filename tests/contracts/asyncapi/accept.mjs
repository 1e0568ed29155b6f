// Reads an AsyncAPI document with AsyncAPI's own parser and prints what it finds wrong and what it understood.
import { Parser, fromFile } from '@asyncapi/parser';

const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
const fields = (schema) => Object.keys(schema.properties());
console.log(JSON.stringify({
  faults: diagnostics
    .filter(({ severity }) => severity <= 1) // errors and warnings
    .map(({ message, path }) => `${path.join('.')}: ${message}`),
  facts: (document?.channels().all() ?? []).flatMap((channel) =>
    channel.messages().all().map((message) => ({
      topic: channel.address(),
      name: message.name(),
      body: fields(message.payload()),
      headers: fields(message.headers()),
    }))),
}));
