// Prints which of two equal names each package reads, as JSON: {"express-session": "first", …}
import { Auth } from '@auth/core';
import { encode } from '@auth/core/jwt';
import express from 'express';
import session from 'express-session';
import { createRequire } from 'node:module';
import signature from 'cookie-signature';
import { NextRequest } from 'next/server.js';
import { createClerkClient } from '@clerk/backend';
import fastifyCookie from '@fastify/cookie';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import Cookies from 'cookies';
import fastify from 'fastify';
import { H3, useSession } from 'h3';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { createCookie } from 'react-router';

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

async function betterAuthReads() {
  const memory = { user: [], session: [], account: [], verification: [] };
  const auth = betterAuth({
    baseURL: 'http://localhost:3000', secret: SECRET, database: memoryAdapter(memory),
    emailAndPassword: { enabled: true }, logger: { disabled: true },
  });
  const pairs = [];
  for (const name of ['first', 'last']) {
    const body = { name, email: `${name}@example.test`, password: 'password1234' };
    const answer = await auth.api.signUpEmail({ body, asResponse: true });
    pairs.push(answer.headers.getSetCookie()[0].split(';')[0]);
  }
  const session = await auth.api.getSession({ headers: new Headers({ cookie: pairs.join('; ') }) });
  return session.user.name;
}

async function clerkReads() {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const at = Math.floor(Date.now() / 1000);
  const token = (sub) =>
    new SignJWT({ sub, sid: 'sess_1' }).setProtectedHeader({ alg: 'RS256', kid: 'k', typ: 'JWT' })
      .setIssuer('https://x.clerk.accounts.dev').setIssuedAt(at).setExpirationTime(at + 60).sign(privateKey);
  const pairs = `__session=${await token('first')}; __session=${await token('last')}`;
  const cookie = `${pairs}; __client_uat=${at - 5}; __clerk_db_jwt=dvb_1`;
  const clerk = createClerkClient({
    publishableKey: `pk_test_${btoa('x.clerk.accounts.dev$')}`, secretKey: 'sk_test_1',
    telemetry: { disabled: true },
  });
  const request = new Request('http://localhost/', { headers: { cookie } });
  const state = await clerk.authenticateRequest(request, { jwtKey: await exportSPKI(publicKey) });
  return state.toAuth().userId;
}

async function h3Reads() {
  const app = new H3();
  app.get('/in', async (event) => {
    const session = await useSession(event, { password: SECRET });
    await session.update({ name: new URL(event.req.url).searchParams.get('name') });
  });
  app.get('/who', async (event) => (await useSession(event, { password: SECRET })).data.name);
  const pairs = [];
  for (const name of ['first', 'last']) {
    const answer = await app.request(`/in?name=${name}`);
    pairs.push(answer.headers.getSetCookie()[0].split(';')[0]);
  }
  const answer = await app.request('/who', { headers: { cookie: pairs.join('; ') } });
  return (await answer.text()).replaceAll('"', '');
}

async function reactRouterReads() {
  const cookie = createCookie('__session', { secrets: [SECRET] });
  const pair = async (value) => (await cookie.serialize(value)).split(';')[0];
  return cookie.parse(`${await pair('first')}; ${await pair('last')}`);
}

function keygripReads() {
  const request = { headers: { cookie: 'a=first; a=last' } };
  return new Cookies(request, {}).get('a');
}

async function fastifyReads() {
  const app = fastify();
  await app.register(fastifyCookie);
  app.get('/', async (request) => request.cookies.a);
  const answer = await app.inject({ url: '/', headers: { cookie: 'a=first; a=last' } });
  return answer.body;
}

async function honoReads() {
  const app = new Hono();
  app.get('/', (c) => c.text(getCookie(c, 'a')));
  const answer = await app.request('/', { headers: { cookie: 'a=first; a=last' } });
  return answer.text();
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
    'better-auth': await betterAuthReads(),
    clerk: await clerkReads(),
    h3: await h3Reads(),
    'react-router': await reactRouterReads(),
    'cookie-session': keygripReads(),
    'fastify-session': await fastifyReads(),
    'fastify-secure-session': await fastifyReads(),
    hono: await honoReads(),
  }),
);
process.exit(0);
