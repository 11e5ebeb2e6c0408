// Auth.js in Express, with its Auth0 provider. AUTH_SECRET and AUTH_AUTH0_* are read by the package.
import express from "express";
import { ExpressAuth, getSession } from "@auth/express";
import Auth0 from "@auth/express/providers/auth0";

const config = { providers: [Auth0] };
const app = express();
app.set("trust proxy", true);
// the package takes its base path from the first capture, which Express 5 has for a RegExp only
app.use(/^\/auth\/(.*)/, ExpressAuth(config));
app.get("/", async (request, response) => {
  const session = await getSession(request, config);
  const name = session?.user?.name;
  response.send(name ? `Hello, ${name}` : "<a href=/auth/signin>Sign in</a>");
});
app.get("/profile", async (request, response) => {
  const session = await getSession(request, config);
  if (session) response.json(session.user);
  else response.status(401).json({ error: "nobody is signed in" });
});
app.listen(process.env.PORT, "127.0.0.1");
