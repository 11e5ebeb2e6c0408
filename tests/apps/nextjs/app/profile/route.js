import { auth0 } from "../../lib/auth0.js";

export async function GET() {
  const session = await auth0.getSession();
  if (!session) return Response.json({ error: "nobody is signed in" }, { status: 401 });
  return Response.json(session.user);
}
