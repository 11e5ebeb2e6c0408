// passport-openidconnect: endpoints by hand, userinfo at login; no PKCE, refresh or logout of its own.
import express from "express";
import session from "express-session";
import passport from "passport";
import OpenIDConnectStrategy from "passport-openidconnect";

const { BASE_URL, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PORT } = process.env;
const strategy = new OpenIDConnectStrategy(
  {
    issuer: OIDC_ISSUER, // with its slash: compared letter by letter
    authorizationURL: `${OIDC_ISSUER}authorize`,
    tokenURL: `${OIDC_ISSUER}oauth/token`,
    userInfoURL: `${OIDC_ISSUER}userinfo`,
    clientID: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    callbackURL: `${BASE_URL}/callback`,
    scope: ["profile", "email"],
    skipUserProfile: false,
  },
  (issuer, profile, done) => done(null, { sub: profile.id, email: profile.emails[0].value }),
);
passport.use("oidc", strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(session({ secret: "of-this-test", resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get("/login", passport.authenticate("oidc"));
app.get("/callback", passport.authenticate("oidc", { successRedirect: "/" }));
app.get("/", (request, response) => response.json({ sub: request.user?.sub ?? null }));
app.get("/userinfo", (request, response) => response.json(request.user));
app.get("/logout", (request, response) => {
  request.logout(() => {
    const back = encodeURIComponent(`${BASE_URL}/`);
    const query = `client_id=${OIDC_CLIENT_ID}&post_logout_redirect_uri=${back}`;
    response.redirect(`${OIDC_ISSUER}oidc/logout?${query}`);
  });
});
app.use((error, request, response, next) => response.status(401).send(error.message));
app.listen(PORT, "127.0.0.1");
