# Prints cookies of Rack::Session::Cookie of Rack 2 as JSON lines: `gem install rack -v 2.2.22` (or Debian's ruby-rack), then
# `ruby make_rack_2.rb >> lines.jsonl`.
require 'json'
require 'openssl'
require 'rack'
require 'rack/session/cookie'

SESSION = { 'session_id' => '2d0b', 'user_id' => 4711, 'name' => 'Zoë 漢' }.freeze
SECRET = 'pub-rack-secret-0123456789abcdef-0123456789abcdef-0123456789abcdef'.freeze
CODERS = Rack::Session::Cookie::Base64

[
  ['marshal', CODERS::Marshal, nil],
  ['json', CODERS::JSON, nil],
  ['zip', CODERS::ZipJSON, nil],
  ['json-sha256', CODERS::JSON, OpenSSL::Digest::SHA256],
  ['json-sha512', CODERS::JSON, OpenSSL::Digest::SHA512]
].each do |kind, coder, hmac|
  options = { secret: SECRET, coder: coder.new, expire_after: 60 }
  options[:hmac] = hmac if hmac
  app = Rack::Session::Cookie.new(
    lambda { |env| SESSION.each { |name, value| env['rack.session'][name] = value } && [200, {}, []] }, options
  )
  # the id of a new session is drawn by lot: a session that is brought has its own
  brought = coder.new.encode(SESSION)
  brought += "--#{OpenSSL::HMAC.hexdigest((hmac || OpenSSL::Digest::SHA1).new, SECRET, brought)}"
  jar = "rack.session=#{Rack::Utils.escape(brought)}"
  _, headers, = app.call(Rack::MockRequest.env_for('/', 'HTTP_COOKIE' => jar))
  value = Rack::Utils.unescape(headers['Set-Cookie'][/\Arack\.session=([^;]+)/, 1])
  puts JSON.generate(
    kind: "rack-2-#{kind}", at: Time.now.to_i, secret: SECRET, digest: (hmac || OpenSSL::Digest::SHA1).name[/SHA\d+/],
    cookies: { 'rack.session' => value }, expected: SESSION, marshal: [Marshal.dump(SESSION)].pack('m0')
  )
end
