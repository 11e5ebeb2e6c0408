// Prints which of two equal names each package reads, as JSON: {"express-session": "first", …}
import { Auth } from '@auth/core';
import { encode } from '@auth/core/jwt';
import express from 'express';
import session from 'express-session';
import { createRequire } from 'node:module';
import signature from 'cookie-signature';
import { NextRequest } from 'next/server.js';

const SECRET = 'x'.repeat(40);
const AUTHJS = 'authjs.session-token';

async function authjs() {
  const sealed = (sub) => encode({ token: { sub, name: sub }, secret: SECRET, salt: AUTHJS });
  const cookie = `${AUTHJS}=${await sealed('first')}; ${AUTHJS}=${await sealed('last')}`;
  const request = new Request('http://localhost/auth/session', { headers: { cookie } });
  const answer = await Auth(request, { secret: SECRET, trustHost: true, basePath: '/auth', providers: [] });
  return (await answer.json()).user.name;
}

async function expressSession() {
  const app = express();
  const store = new session.MemoryStore();
  for (const id of ['first', 'last']) store.sessions[id] = JSON.stringify({ cookie: {}, id });
  app.use(session({ secret: SECRET, store, resave: false, saveUninitialized: false }));
  app.get('/', (request, response) => response.send(request.sessionID));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const sid = (id) => `connect.sid=${encodeURIComponent(`s:${signature.sign(id, SECRET)}`)}`;
  const headers = { cookie: `${sid('first')}; ${sid('last')}` };
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, { headers });
  const text = await answer.text();
  server.close();
  return text;
}

function expressOidc() {
  const own = createRequire(createRequire(import.meta.url).resolve('express-openid-connect'));
  return own('cookie').parse('a=first; a=last').a;
}

function nextjs() {
  const request = new NextRequest('http://localhost/', { headers: { cookie: 'a=first; a=last' } });
  return request.cookies.get('a').value;
}

console.log(
  JSON.stringify({
    authjs: await authjs(),
    'express-session': await expressSession(),
    'express-openid-connect': expressOidc(),
    'nextjs-auth0': nextjs(),
  }),
);
process.exit(0);
