// openid-client in one flow of argv[2] at ISSUER. It prints {"open": url} where a person's browser
// is needed and reads the URL it came back with, and prints {"result": …} at the end.
import readline from "node:readline";
import * as client from "openid-client";

const { ISSUER, APP } = process.env;
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const open = async (url) => {
  say({ open: String(url) });
  return new URL((await lines.next()).value);
};
const options = { execute: [client.allowInsecureRequests] };
const discover = (id = "app", secret = "secret") =>
  client.discovery(new URL(ISSUER), id, secret || undefined, undefined, options);

async function login(config, { build = client.buildAuthorizationUrl, DPoP, ...more } = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const maxAge = more.max_age === undefined ? undefined : Number(more.max_age);
  const url = await build(
    config,
    {
      redirect_uri: APP,
      scope: "openid profile email offline_access",
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      state: expectedState,
      nonce: expectedNonce,
      ...more,
    },
    { DPoP },
  );
  const back = await open(url);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, maxAge };
  return client.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
}

const flows = {
  async par() {
    const config = await discover();
    const tokens = await login(config, { build: client.buildAuthorizationUrlWithPAR });
    return { claims: tokens.claims() };
  },
  async dpop() {
    const config = await discover();
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair(process.env.ALG));
    const tokens = await login(config, { build: client.buildAuthorizationUrlWithPAR, DPoP });
    const sub = tokens.claims().sub;
    const user = await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, {}, { DPoP });
    const bearer = await fetch(config.serverMetadata().userinfo_endpoint, {
      headers: { authorization: `Bearer ${fresh.access_token}` },
    });
    const facts = await client.tokenIntrospection(config, fresh.access_token);
    return { type: tokens.token_type, user, fresh: fresh.token_type, bearer: bearer.status, facts };
  },
  async device() {
    const config = await discover("device", "");
    const scope = "openid profile offline_access";
    const started = await client.initiateDeviceAuthorization(config, { scope });
    const answer = client.pollDeviceAuthorizationGrant(config, { ...started, interval: 1 });
    const settled = answer.then(
      (tokens) => ({ claims: tokens.claims(), refresh: Boolean(tokens.refresh_token) }),
      (error) => ({ error: error.error }),
    );
    say({ open: started.verification_uri_complete, user_code: started.user_code });
    await lines.next();
    return settled;
  },
  async client_credentials() {
    const config = await discover();
    const asked = { scope: "read:x", audience: "https://api.test" };
    const tokens = await client.clientCredentialsGrant(config, asked);
    const facts = await client.tokenIntrospection(config, tokens.access_token);
    await client.tokenRevocation(config, tokens.access_token);
    const after = await client.tokenIntrospection(config, tokens.access_token);
    return { type: tokens.token_type, refresh: tokens.refresh_token ?? null, facts, after };
  },
  async step_up() {
    const config = await discover();
    const acr_values = config.serverMetadata().acr_values_supported[0];
    const tokens = await login(config, { acr_values, max_age: "300" });
    const { acr, amr, auth_time } = tokens.claims();
    return { acr, amr, auth_time };
  },
  async organization() {
    const config = await discover();
    const tokens = await login(config, { organization: "acme", audience: "https://api.test" });
    const { org_id, org_name } = tokens.claims();
    const facts = await client.tokenIntrospection(config, tokens.access_token);
    return { org_id, org_name, facts };
  },
  async mfa() {
    const config = await discover();
    const tokens = await login(config);
    await open("about:turn the knob");
    const error = await client.refreshTokenGrant(config, tokens.refresh_token).catch((e) => e);
    const mfa_token = error.cause.mfa_token;
    const finish = (otp) =>
      client.genericGrantRequest(config, "http://auth0.com/oauth/grant-type/mfa-otp", {
        mfa_token,
        otp,
      });
    const wrong = await finish("000000").catch((e) => e);
    const right = await finish("123456");
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    return {
      status: error.status,
      error: error.error,
      wrong: wrong.error,
      acr: right.claims().acr,
      fresh: Boolean(fresh.access_token),
    };
  },
};

try {
  say({ result: await flows[process.argv[2]]() });
} catch (error) {
  say({ failed: String(error), cause: String(error.cause?.error_description ?? error.cause ?? "") });
}
process.exit(0);
