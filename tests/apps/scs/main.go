// scs over one store: GET /login?NAME makes a session, GET /me says whether somebody is signed in.
// STORE: redis | postgres; URL; LIFE: seconds; HASH=1: HashTokenInStore. Prints its port.
package main

import (
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/postgresstore"
	"github.com/alexedwards/scs/v2"
	_ "github.com/lib/pq"
	"github.com/redis/go-redis/v9"
)

const table = `CREATE TABLE sessions (token TEXT PRIMARY KEY, data BYTEA NOT NULL,
  expiry TIMESTAMPTZ NOT NULL)`

func open(kind, url string) scs.Store {
	if kind == "postgres" {
		db, err := sql.Open("postgres", url)
		if err != nil {
			panic(err)
		}
		if _, err := db.Exec(table); err != nil {
			panic(err)
		}
		return postgresstore.NewWithCleanupInterval(db, 0)
	}
	options, err := redis.ParseURL(url)
	if err != nil {
		panic(err)
	}
	return goredisstore.New(redis.NewClient(options))
}

func main() {
	sessions := scs.New()
	life, err := time.ParseDuration(os.Getenv("LIFE") + "s")
	if err != nil {
		panic(err)
	}
	sessions.Lifetime = life
	sessions.HashTokenInStore = os.Getenv("HASH") != ""
	sessions.Store = open(os.Getenv("STORE"), os.Getenv("URL"))
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		sessions.Put(r.Context(), "username", r.URL.RawQuery)
	})
	mux.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		if sessions.GetString(r.Context(), "username") == "" {
			w.WriteHeader(401)
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, sessions.LoadAndSave(mux)))
}
