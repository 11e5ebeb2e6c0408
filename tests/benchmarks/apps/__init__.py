"""The apps that are measured: each logs in what is posted to /login, and rolls its session at /."""
