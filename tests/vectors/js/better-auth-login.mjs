// better-auth's cookie of a login under way: test_better_auth_login.py reads it.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { genericOAuth } from "better-auth/plugins";
import { cookiesOf } from "./minting.mjs";

const secret = "better-secret-0123456789abcdef0123456789";
const config = {
  providerId: "op",
  clientId: "client",
  authorizationUrl: "https://op.example.com/authorize",
  tokenUrl: "https://op.example.com/token",
  userInfoUrl: "https://op.example.com/userinfo",
};
const auth = betterAuth({
  baseURL: "http://localhost:3000",
  secret,
  logger: { disabled: true },
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  plugins: [genericOAuth({ config: [config] })],
});
const made = [];
for (let number = 0; number < 20; number++) {
  const body = { provider: "op", callbackURL: "/" };
  const response = await auth.api.signInSocial({ body, asResponse: true });
  const { url } = await response.json();
  const cookies = cookiesOf(response.headers.getSetCookie());
  made.push({ cookies, state: new URL(url).searchParams.get("state") });
}
process.stdout.write(JSON.stringify({ secret, made }));
