// The OpenID Connect provider that test_oidc.py talks to: `node --input-type=module -e "$(cat THIS)" -- PORT KEYS_FILE` in build/oidc.
// Each start makes new keys. A client's name says which role its tokens have, and by what they are signed:
// "analyst/ES256". The private keys go to KEYS_FILE, so that the test can sign what the provider never would.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { SignJWT, exportJWK, generateKeyPair, importJWK } from 'jose';
import Provider from 'oidc-provider';

const [port, keysFile] = process.argv.slice(-2);
const issuer = `http://127.0.0.1:${port}`;
const algorithms = ['RS256', 'ES256', 'EdDSA'];
const keys = [];
for (const alg of algorithms) {
  const options = { extractable: true, ...(alg === 'EdDSA' ? { crv: 'Ed25519' } : {}) };
  const { privateKey } = await generateKeyPair(alg, options);
  keys.push({ ...(await exportJWK(privateKey)), kid: `${alg}-${Date.now()}`, alg, use: 'sig' });
}
writeFileSync(keysFile, JSON.stringify(keys));

const scopes = { department: ['11441900XP000001XM'], subject: ['91441900MA4W8GP42C'] };
const roles = ['admin', 'analyst', 'loader', 'department', 'subject', 'finance_office', 'auditor', 'nobody'];
const clients = roles.flatMap((role) => algorithms.map((alg) => ({
  client_id: `${role}/${alg}`, client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
})));
const provider = new Provider(issuer, {
  jwks: { keys },
  clients,
  enabledJWA: { idTokenSigningAlgValues: algorithms },
  extraTokenClaims: (context, token) => {
    const [role] = token.clientId.split('/');
    return role === 'nobody' ? {} : { xinpu_role: role, ...(scopes[role] ? { xinpu_scopes: scopes[role] } : {}) };
  },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (context, resource, client) => ({
        scope: '', audience: resource, accessTokenTTL: 3600, accessTokenFormat: 'jwt',
        jwt: { sign: { alg: client.clientId.split('/')[1] } },
      }),
    },
  },
});
const server = provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));

// A line of standard input {"key", "header", "claims"} is signed with one of the keys, and printed as a token.
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const jwk = asked.jwk ?? keys.find((key) => key.alg === asked.key);
  const header = { alg: jwk.alg, kid: jwk.kid, typ: 'at+jwt', ...asked.header };
  const key = await importJWK(jwk, jwk.alg);
  console.log(`token ${await new SignJWT(asked.claims).setProtectedHeader(header).sign(key)}`);
}
server.close();
process.exit(0);
