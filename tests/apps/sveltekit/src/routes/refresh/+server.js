// Auth.js renews no tokens: this is the code of its guide "Refresh token rotation".
import { error, text } from "@sveltejs/kit";
import { env } from "$env/dynamic/private";
import { pool } from "../../auth.js";

export async function GET({ locals }) {
  const session = await locals.auth();
  if (!session?.user) error(401, "nobody is signed in");
  const found = await pool.query(
    `SELECT accounts.* FROM accounts JOIN users ON users.id = accounts."userId" WHERE users.email = $1`,
    [session.user.email],
  );
  const [account] = found.rows;
  const answer = await fetch(`${env.AUTH_AUTH0_ISSUER}oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: env.AUTH_AUTH0_ID,
      client_secret: env.AUTH_AUTH0_SECRET,
      grant_type: "refresh_token",
      refresh_token: account.refresh_token,
    }),
  });
  if (!answer.ok) error(401, "the refresh failed");
  const tokens = await answer.json();
  await pool.query("UPDATE accounts SET access_token = $1, refresh_token = $2 WHERE id = $3", [
    tokens.access_token,
    tokens.refresh_token ?? account.refresh_token,
    account.id,
  ]);
  return text("refreshed");
}
