// Prints cookies and rows of the real gorilla/securecookie, gorilla/sessions, scs, msgpack and
// go-paseto as JSON lines: `go run . > lines.jsonl`. Clocks are the machine's: "at" is when.
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"time"

	"aidanwoods.dev/go-paseto"
	"github.com/alexedwards/scs/v2"
	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
)

type row map[string]any

func show(found row) {
	found["at"] = time.Now().Unix()
	text, err := json.Marshal(found)
	check(err)
	fmt.Fprintln(os.Stdout, string(text))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

type user struct {
	Name  string
	Admin bool
	Score float64
	Tags  []string
}

var values = map[string]any{"user": "zoe@example.com", "cart": []string{"apple", "pear"}, "n": -3.5}

func secureCookies() {
	hash := []byte("pub-gorilla-hash-key-0123456789ab")
	for _, size := range []int{0, 16, 32} {
		var block []byte
		if size > 0 {
			block = []byte("pub-block-key-0123456789abcdef01")[:size]
		}
		for _, kind := range []string{"gob", "json", "nop"} {
			codec := securecookie.New(hash, block)
			var value any = values
			if kind == "json" {
				codec.SetSerializer(securecookie.JSONEncoder{})
			}
			if kind == "nop" {
				codec.SetSerializer(securecookie.NopEncoder{})
				value = []byte("opaque text of an app")
			}
			cookie, err := codec.Encode("app", value)
			check(err)
			show(row{"kind": fmt.Sprintf("securecookie-%s-%d", kind, size), "name": "app",
				"cookie": cookie, "hash": string(hash), "block": string(block)})
		}
	}
}

func store() {
	gob.Register(user{})
	gob.Register(time.Time{})
	gob.Register(map[string]int{})
	kept := sessions.NewCookieStore([]byte("something-very-secret"))
	request := httptest.NewRequest("GET", "http://app.test/", nil)
	session, err := kept.Get(request, "session-name")
	check(err)
	session.Values["user"] = user{Name: "Zoë 漢", Admin: true, Score: 1.25, Tags: []string{"a", "b"}}
	session.Values["visits"] = 42
	session.Values[7] = "a number as key"
	session.Values["since"] = time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	session.Values["counts"] = map[string]int{"x": 1}
	session.AddFlash("hello")
	answer := httptest.NewRecorder()
	check(session.Save(request, answer))
	cookie := answer.Result().Cookies()[0]
	show(row{"kind": "sessions", "name": cookie.Name, "cookie": cookie.Value,
		"hash": "something-very-secret", "block": "", "max_age": cookie.MaxAge})
}

func scsRows() {
	for _, hashed := range []bool{false, true} {
		manager := scs.New()
		manager.HashTokenInStore = hashed
		kept := &memory{rows: map[string][]byte{}, ends: map[string]time.Time{}}
		manager.Store = kept
		ctx, err := manager.Load(context.Background(), "")
		check(err)
		manager.Put(ctx, "userID", 4711)
		manager.Put(ctx, "email", "zoe@example.com")
		manager.Put(ctx, "user", user{Name: "Zoë", Tags: []string{"x"}})
		token, expiry, err := manager.Commit(ctx)
		check(err)
		for key, data := range kept.rows {
			show(row{"kind": fmt.Sprintf("scs-hashed-%t", hashed), "name": manager.Cookie.Name,
				"cookie": token, "key": key, "row": base64.StdEncoding.EncodeToString(data),
				"expires": expiry.Unix()})
		}
	}
}

type memory struct {
	rows map[string][]byte
	ends map[string]time.Time
}

func (m *memory) Find(token string) ([]byte, bool, error) {
	found, ok := m.rows[token]
	return found, ok, nil
}
func (m *memory) Commit(token string, b []byte, expiry time.Time) error {
	m.rows[token] = bytes.Clone(b)
	m.ends[token] = expiry
	return nil
}
func (m *memory) Delete(token string) error { delete(m.rows, token); return nil }

func pasetos() {
	token := paseto.NewToken()
	token.SetSubject("zoe@example.com")
	token.SetIssuedAt(time.Now())
	token.SetExpiration(time.Now().Add(time.Hour))
	key := paseto.NewV4SymmetricKey()
	show(row{"kind": "paseto-local", "name": "token", "cookie": token.V4Encrypt(key, nil)})
	signing := paseto.NewV4AsymmetricSecretKey()
	show(row{"kind": "paseto-public", "name": "token", "cookie": token.V4Sign(signing, nil)})
}

// read prints what securecookie reads of JSON lines: name, cookie, hash, block, kind.
func read() {
	lines := json.NewDecoder(os.Stdin)
	for lines.More() {
		var line struct{ Name, Cookie, Hash, Block, Kind string }
		check(lines.Decode(&line))
		var block []byte
		if line.Block != "" {
			block = []byte(line.Block)
		}
		codec := securecookie.New([]byte(line.Hash), block).MaxAge(0)
		var found any
		var err error
		switch line.Kind {
		case "json":
			codec.SetSerializer(securecookie.JSONEncoder{})
			err = codec.Decode(line.Name, line.Cookie, &found)
		case "nop":
			codec.SetSerializer(securecookie.NopEncoder{})
			var raw []byte
			err = codec.Decode(line.Name, line.Cookie, &raw)
			found = string(raw)
		default:
			var kept map[string]any
			err = codec.Decode(line.Name, line.Cookie, &kept)
			found = kept
		}
		if err != nil {
			found = err.Error()
		}
		check(json.NewEncoder(os.Stdout).Encode(row{"read": found}))
	}
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "read" {
		gob.Register([]string{})
		read()
		return
	}
	secureCookies()
	store()
	scsRows()
	pasetos()
}
