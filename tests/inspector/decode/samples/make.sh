#!/bin/sh
# Makes the samples beside it with the real tools: node, curl, wget, redis-cli, psql, sqlite3.
# A PostgreSQL server is given by PGHOST, PGPORT and PGUSER. Run it here: sh make.sh
set -eu
cat > /tmp/headers.mjs <<'JS'
import http from 'node:http'
import { writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
const write = (name, value) => writeFileSync(name, (typeof value === 'string' ? value : inspect(value)) + '\n')
const answer = ['connect.sid=s%3AabcDEF.sig; Path=/; HttpOnly; Expires=Fri, 01 Jan 2038 00:00:00 GMT', 'theme=dark; Path=/']
const server = http.createServer((request, response) => {
  response.setHeader('set-cookie', answer)
  if (request.url === '/node') {
    write('node-headers.txt', request.headers)
    write('node-raw-headers.txt', request.rawHeaders)
    write('node-distinct-headers.txt', request.headersDistinct)
    write('node-web-headers.txt', new Headers(request.headers))
    write('node-logged.txt', 'request ' + inspect({ url: '/', headers: request.headers, socket: request.socket.constructor }))
    write('node-set-cookie.txt', response.getHeaders())
    write('node-cookies.txt', Object.assign(Object.create(null), { 'connect.sid': 's:abcDEF.sig', theme: 'dark' }))
    write('pino.jsonl', JSON.stringify({ level: 30, req: { method: 'GET', headers: request.headers } }))
  }
  response.end('x')
  if (request.url === '/end') server.close()
}).listen(4791, () => http.get({ port: 4791, path: '/node', headers: { cookie: `connect.sid=s%3AabcDEF.sig; theme=dark` } }))
JS
node /tmp/headers.mjs &
sleep 1
curl -s -c curl.jar -o /dev/null http://127.0.0.1:4791/
wget -q --save-cookies wget.jar --keep-session-cookies -O /dev/null http://127.0.0.1:4791/
curl -s http://127.0.0.1:4791/end >/dev/null
redis-server --port 4792 --save '' --daemonize yes >/dev/null
sleep 1
ROW='{"cookie":{"originalMaxAge":3600000,"expires":"2037-11-28T17:29:27.000Z","httpOnly":true,"path":"/"},"user":{"id":7,"name":"Änn"}}'
redis-cli -p 4792 set sess:abc "$ROW" >/dev/null
redis-cli -p 4792 --no-raw get sess:abc > redis-get.txt
redis-cli -p 4792 get sess:abc > redis-get-raw.txt
redis-cli -p 4792 hset row data "$ROW" created 5 >/dev/null
redis-cli -p 4792 --no-raw hgetall row > redis-hgetall.txt
redis-cli -p 4792 --no-raw get nothing > redis-nil.txt
redis-cli -p 4792 shutdown
rm -f /tmp/rows.db
for client in "sqlite3 /tmp/rows.db" "psql -q"; do
  echo "create table session(sid varchar, sess text, expire varchar);
  insert into session values('abc', '$ROW', '2037-11-28 17:29:27');" | $client
done
psql -x -c 'select * from session' > psql-x.txt
psql -c 'select * from session' > psql.txt
psql -At -c 'select row_to_json(s) from session s' > psql-row.json
psql -At -c 'select json_agg(s) from session s' > psql-rows.json
psql -x -c 'select jsonb_pretty(sess::jsonb) as sess, sid, expire from session' > psql-x-long.txt
psql -q -c 'drop table session'
sqlite3 -json /tmp/rows.db 'select * from session' > sqlite-rows.json
sqlite3 -line /tmp/rows.db 'select * from session' > sqlite-line.txt
sqlite3 -box /tmp/rows.db 'select * from session' > sqlite-box.txt
