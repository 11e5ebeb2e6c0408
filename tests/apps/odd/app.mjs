// Apps that a proxy meets seldom: app.mjs KIND [KEY CERTIFICATE]; prints its port.
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";

const [kind, key, cert] = process.argv.slice(2);
const tls = key ? { key: fs.readFileSync(key), cert: fs.readFileSync(cert) } : {};

// refuses a large upload before it has read it, as express/body-parser and multer do
function refuse(request, response) {
  if (Number(request.headers["content-length"]) > 1e6) {
    response.writeHead(413, { Connection: "close", "Content-Type": "text/plain" });
    response.end("too big");
    if (kind === "early-destroy") response.on("finish", () => request.destroy());
    return;
  }
  request.resume();
  request.on("end", () => response.end("ok"));
}

function make() {
  switch (kind) {
    case "http2":
      return key ? http2.createSecureServer(tls, refuse) : http2.createServer(refuse);
    default:
      return key ? https.createServer(tls, refuse) : http.createServer(refuse);
  }
}

const server = make();
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
