import { auth0 } from "../lib/auth0.js";

export default async function Home() {
  const session = await auth0.getSession();
  if (!session) return <a href="/auth/login">Sign in</a>;
  return (
    <main>
      <p>Hello, {session.user.name}</p>
      <a href="/auth/logout">Sign out</a>
    </main>
  );
}
