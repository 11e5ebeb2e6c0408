import { auth0 } from "../../lib/auth0.js";

export async function GET() {
  try {
    await auth0.getAccessToken({ refresh: true });
    return new Response("refreshed");
  } catch (error) {
    return Response.json({ error: error.code }, { status: 401 });
  }
}
