# Prints cookies of the real rack-session as JSON lines: `gem install rack-session -v 2.1.2`, then
# `ruby make.rb > lines.jsonl`.
require 'json'
require 'rack/utils'
require 'rack/session/encryptor'

SESSION = { 'session_id' => '2d0b', 'user_id' => 4711, 'name' => 'Zoë 漢' }.freeze
SECRET = 'pub-rack-secret-0123456789abcdef-0123456789abcdef-0123456789abcdef'.freeze

[[:v1, true], [:v1, false], [:v2, true], [:v2, false]].each do |mode, json|
  encryptor = Rack::Session::Encryptor.new(
    SECRET, { mode: mode, purpose: 'rack.session', serialize_json: json, pad_size: 32 }
  )
  puts JSON.generate(
    kind: "rack-#{mode}-#{json ? 'json' : 'marshal'}", at: Time.now.to_i, secret: SECRET,
    cookies: { 'rack.session' => encryptor.encrypt(SESSION) }, expected: SESSION,
    marshal: [Marshal.dump(SESSION)].pack('m0')
  )
end
