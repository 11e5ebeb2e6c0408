// A MongoDB server for the tests: FerretDB's embeddable package over SQLite.
// FerretDB's own command refuses to start when it is built from the module alone.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27017", "address to listen on")
	folder := flag.String("folder", "", "folder of the SQLite files")
	flag.Parse()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: *listen},
		Handler:   "sqlite",
		SQLiteURL: "file:" + *folder + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := server.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
