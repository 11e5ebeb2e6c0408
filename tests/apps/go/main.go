// net/http with go-oidc and scs; its sessions are in Redis (REDIS_URL), as rows of scs.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/v2"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/redis/go-redis/v9"
	"golang.org/x/oauth2"
)

type app struct {
	base     string
	end      string
	config   oauth2.Config
	verifier *oidc.IDTokenVerifier
	sessions *scs.SessionManager
}

func main() {
	base := os.Getenv("BASE_URL")
	provider, err := oidc.NewProvider(context.Background(), os.Getenv("OIDC_ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	var more struct {
		End string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		log.Fatal(err)
	}
	client := os.Getenv("OIDC_CLIENT_ID")
	a := &app{
		base: base,
		end:  more.End,
		config: oauth2.Config{
			ClientID:     client,
			ClientSecret: os.Getenv("OIDC_CLIENT_SECRET"),
			Endpoint:     provider.Endpoint(),
			RedirectURL:  base + "/callback",
			Scopes:       []string{oidc.ScopeOpenID, "profile", "email", "offline_access"},
		},
		verifier: provider.Verifier(&oidc.Config{ClientID: client}),
		sessions: scs.New(),
	}
	options, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil {
		log.Fatal(err)
	}
	a.sessions.Store = goredisstore.New(redis.NewClient(options))
	a.sessions.IdleTimeout = time.Hour // each request moves the end: rolling
	mux := http.NewServeMux()
	mux.HandleFunc("/login", a.login)
	mux.HandleFunc("/callback", a.callback)
	mux.HandleFunc("/profile", a.profile)
	mux.HandleFunc("/refresh", a.refresh)
	mux.HandleFunc("/logout", a.logout)
	log.Printf("listening on %s", os.Getenv("PORT"))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), a.sessions.LoadAndSave(mux)))
}

func (a *app) login(w http.ResponseWriter, r *http.Request) {
	state, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	a.sessions.Put(r.Context(), "state", state)
	a.sessions.Put(r.Context(), "verifier", verifier)
	http.Redirect(w, r, a.config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), 302)
}

func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if state := a.sessions.PopString(ctx, "state"); state == "" || state != r.FormValue("state") {
		http.Error(w, "state mismatch", 400)
		return
	}
	verifier := oauth2.VerifierOption(a.sessions.PopString(ctx, "verifier"))
	token, err := a.config.Exchange(ctx, r.FormValue("code"), verifier)
	if err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	var claims struct{ Sub, Name, Email, Sid string }
	if err := id.Claims(&claims); err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	a.sessions.RenewToken(ctx)
	a.sessions.Put(ctx, "sub", claims.Sub)
	a.sessions.Put(ctx, "name", claims.Name)
	a.sessions.Put(ctx, "email", claims.Email)
	a.sessions.Put(ctx, "sid", claims.Sid)
	a.sessions.Put(ctx, "refresh_token", token.RefreshToken)
	http.Redirect(w, r, "/profile", 302)
}

func (a *app) profile(w http.ResponseWriter, r *http.Request) {
	sub := a.sessions.GetString(r.Context(), "sub")
	if sub == "" {
		http.Error(w, "nobody is signed in", 401)
		return
	}
	user := map[string]string{"sub": sub}
	for _, name := range []string{"name", "email"} {
		user[name] = a.sessions.GetString(r.Context(), name)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(user)
}

func (a *app) refresh(w http.ResponseWriter, r *http.Request) {
	old := &oauth2.Token{RefreshToken: a.sessions.GetString(r.Context(), "refresh_token")}
	token, err := a.config.TokenSource(r.Context(), old).Token()
	if err != nil {
		log.Printf("refresh failed: %v", err)
		http.Error(w, "the refresh failed", 401)
		return
	}
	a.sessions.Put(r.Context(), "refresh_token", token.RefreshToken)
	fmt.Fprintln(w, "refreshed")
}

func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	a.sessions.Destroy(r.Context())
	query := url.Values{"client_id": {a.config.ClientID}, "post_logout_redirect_uri": {a.base}}
	http.Redirect(w, r, a.end+"?"+query.Encode(), 302)
}
