import { error, json } from "@sveltejs/kit";

export async function GET({ locals }) {
  const session = await locals.auth();
  if (!session?.user) error(401, "nobody is signed in");
  return json(session.user);
}
