// A session store on node-redis, as an app of @auth0/nextjs-auth0 writes it.
import { createClient } from "redis";

const LIFETIME = 86_400;

export class RedisSessionStore {
  static async connect(url) {
    const client = createClient({ url });
    await client.connect();
    return new RedisSessionStore(client);
  }

  constructor(client) {
    this.client = client;
  }

  async get(id) {
    const text = await this.client.get(`session:${id}`);
    return text ? JSON.parse(text) : null;
  }

  async set(id, session, lifetime = LIFETIME) {
    await this.client.set(`session:${id}`, JSON.stringify(session), { EX: lifetime });
  }

  async delete(id) {
    await this.client.del(`session:${id}`);
  }

  async deleteByLogoutToken({ sid, sub }) {
    for await (const keys of this.client.scanIterator({ MATCH: "session:*" })) {
      for (const key of keys) {
        const session = JSON.parse(await this.client.get(key));
        if ((sid && session.internal.sid === sid) || (sub && session.user.sub === sub)) {
          await this.client.del(key);
        }
      }
    }
  }

  async close() {
    await this.client.close();
  }
}
