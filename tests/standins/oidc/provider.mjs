// A county's identity provider: oidc-provider with a few accounts, told on its command line, and its own login pages.
import { generateKeyPair, exportJWK } from 'jose';
import { Provider } from 'oidc-provider';

const { port, redirect, clients, accounts, amr, turns } = JSON.parse(process.argv[2]);

async function key(kid, alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' };
}

const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: clients.map((client) => ({ redirect_uris: [redirect], ...client })),
  jwks: { keys: [await key('one', 'RS256'), await key('two', 'ES256'), await key('three', 'PS256')] },
  claims: { openid: ['sub', 'staff_number'], profile: ['name'], phone: ['phone_number', 'phone_number_verified'], amr: null },
  findAccount: (_, id) =>
    accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  cookies: { keys: ['a key of a test'] },
  pkce: { required: () => true },
  ttl: { IdToken: 600, AuthorizationCode: 60, AccessToken: 600, Interaction: 600, Session: 600, Grant: 600 },
});

// Its login page asks for no second factor; what it says of one is told on the command line.
if (amr) {
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.session && ctx.path.startsWith('/interaction/')) ctx.oidc.session.amr = amr;
  });
}

provider.listen(port, '127.0.0.1', () => process.stdout.write('listening\n'));
