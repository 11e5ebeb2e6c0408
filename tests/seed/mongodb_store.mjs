// A session store on mongodb, as an app of @auth0/nextjs-auth0 writes it.
import { MongoClient } from "mongodb";

const LIFETIME = 86_400;

export class MongoSessionStore {
  static async connect(url) {
    const client = new MongoClient(url);
    await client.connect();
    return new MongoSessionStore(client);
  }

  constructor(client) {
    this.client = client;
    this.sessions = client.db("auth").collection("sessions");
  }

  async get(id) {
    const row = await this.sessions.findOne({ _id: id, expiresAt: { $gt: new Date() } });
    return row ? row.data : null;
  }

  async set(id, session, lifetime = LIFETIME) {
    const expiresAt = new Date(Date.now() + lifetime * 1000);
    await this.sessions.updateOne(
      { _id: id },
      { $set: { data: session, expiresAt } },
      { upsert: true },
    );
  }

  async delete(id) {
    await this.sessions.deleteOne({ _id: id });
  }

  async deleteByLogoutToken({ sid, sub }) {
    await this.sessions.deleteMany({
      $or: [{ "data.internal.sid": sid }, { "data.user.sub": sub }],
    });
  }

  async close() {
    await this.client.close();
  }
}
