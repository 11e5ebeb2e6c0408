import { Auth0Client } from "@auth0/nextjs-auth0/server";

const { REDIS_URL } = process.env;

// with REDIS_URL sessions are rows, and the provider may end them (back-channel logout)
async function store(url) {
  const { createClient } = await import("redis");
  const client = await createClient({ url }).connect();
  return {
    get: async (id) => JSON.parse(await client.get(`session:${id}`)),
    set: async (id, data) => {
      await client.set(`session:${id}`, JSON.stringify(data), { EX: 86400 });
      await client.sAdd(`sid:${data.internal.sid}`, id);
    },
    delete: async (id) => void (await client.del(`session:${id}`)),
    deleteByLogoutToken: async ({ sid }) => {
      for (const id of await client.sMembers(`sid:${sid}`)) await client.del(`session:${id}`);
    },
  };
}

// AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, AUTH0_SECRET and APP_BASE_URL are read by
// the package itself; it takes an issuer on localhost only where insecure requests are allowed
// (the tests start it built, too: an app of yours asks that NODE_ENV is not production)
export const auth0 = new Auth0Client({
  allowInsecureRequests: true,
  ...(REDIS_URL && { sessionStore: await store(REDIS_URL) }),
});
