// A session store on pg, as an app of @auth0/nextjs-auth0 writes it.
import pg from "pg";

const LIFETIME = 86_400;

export class PostgresSessionStore {
  static async connect(url) {
    return new PostgresSessionStore(new pg.Pool({ connectionString: url, max: 2 }));
  }

  constructor(pool) {
    this.pool = pool;
  }

  async get(id) {
    const { rows } = await this.pool.query(
      "SELECT data FROM sessions WHERE id = $1 AND expires_at > NOW()",
      [id],
    );
    return rows.length ? rows[0].data : null;
  }

  async set(id, session, lifetime = LIFETIME) {
    await this.pool.query(
      `INSERT INTO sessions (id, data, expires_at)
       VALUES ($1, $2, NOW() + make_interval(secs => $3))
       ON CONFLICT (id) DO UPDATE SET data = $2, expires_at = NOW() + make_interval(secs => $3)`,
      [id, JSON.stringify(session), lifetime],
    );
  }

  async delete(id) {
    await this.pool.query("DELETE FROM sessions WHERE id = $1", [id]);
  }

  async deleteByLogoutToken({ sid, sub }) {
    await this.pool.query(
      "DELETE FROM sessions WHERE data->'internal'->>'sid' = $1 OR data->'user'->>'sub' = $2",
      [sid, sub],
    );
  }

  async close() {
    await this.pool.end();
  }
}
