// A county's identity provider: the program oidc-provider with its own login and consent pages, and the accounts of a test.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { port, redirect, clients, accounts } = JSON.parse(process.argv[2]);

function key(alg, kind, options) {
  const made = generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' });
  return { ...made, kid: `${alg}-${Date.now()}`, alg, use: 'sig' };
}

// The port first, since the provider's name holds it: 0 takes a free one.
const server = createServer().listen(port, '127.0.0.1');
await once(server, 'listening');
const taken = server.address().port;

const provider = new Provider(`http://127.0.0.1:${taken}`, {
  clients: clients.map((client) => ({ redirect_uris: [redirect], ...client })),
  jwks: {
    keys: [
      key('RS256', 'rsa', { modulusLength: 2048 }),
      key('PS256', 'rsa', { modulusLength: 2048 }),
      key('ES256', 'ec', { namedCurve: 'P-256' }),
    ],
  },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'HS256'] },
  claims: {
    openid: ['sub', 'amr'],
    profile: ['name', 'staff_number'],
    phone: ['phone_number', 'phone_number_verified'],
  },
  findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  cookies: { keys: ['a key of a test'] },
  pkce: { required: () => true },
});

// Its login page asks for a password alone; whose account says so counts as signed in with a second factor, too.
const finish = provider.interactionFinished.bind(provider);
provider.interactionFinished = (request, response, result, options) => {
  const amr = result.login && accounts[result.login.accountId]?.amr;
  return finish(request, response, amr ? { ...result, login: { ...result.login, amr } } : result, options);
};

server.on('request', provider.callback());
process.stdout.write(`${taken}\n`);
